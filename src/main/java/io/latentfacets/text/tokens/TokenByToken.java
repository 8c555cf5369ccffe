/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.AnalyzerWrapper;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.bg.BulgarianStemFilter;
import org.apache.lucene.analysis.bn.BengaliNormalizationFilter;
import org.apache.lucene.analysis.bn.BengaliStemFilter;
import org.apache.lucene.analysis.br.BrazilianStemFilter;
import org.apache.lucene.analysis.ckb.SoraniNormalizationFilter;
import org.apache.lucene.analysis.ckb.SoraniStemFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.cz.CzechStemFilter;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanMinimalStemFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.de.GermanStemFilter;
import org.apache.lucene.analysis.el.GreekLowerCaseFilter;
import org.apache.lucene.analysis.el.GreekStemFilter;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.fa.PersianNormalizationFilter;
import org.apache.lucene.analysis.fa.PersianStemFilter;
import org.apache.lucene.analysis.fi.FinnishLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchMinimalStemFilter;
import org.apache.lucene.analysis.ga.IrishLowerCaseFilter;
import org.apache.lucene.analysis.gl.GalicianMinimalStemFilter;
import org.apache.lucene.analysis.gl.GalicianStemFilter;
import org.apache.lucene.analysis.hi.HindiNormalizationFilter;
import org.apache.lucene.analysis.hi.HindiStemFilter;
import org.apache.lucene.analysis.hu.HungarianLightStemFilter;
import org.apache.lucene.analysis.id.IndonesianStemFilter;
import org.apache.lucene.analysis.in.IndicNormalizationFilter;
import org.apache.lucene.analysis.it.ItalianLightStemFilter;
import org.apache.lucene.analysis.lv.LatvianStemFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.StemmerOverrideFilter;
import org.apache.lucene.analysis.no.NorwegianLightStemFilter;
import org.apache.lucene.analysis.no.NorwegianMinimalStemFilter;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.pt.PortugueseStemFilter;
import org.apache.lucene.analysis.ro.RomanianNormalizationFilter;
import org.apache.lucene.analysis.ru.RussianLightStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.sv.SwedishLightStemFilter;
import org.apache.lucene.analysis.sv.SwedishMinimalStemFilter;
import org.apache.lucene.analysis.te.TeluguNormalizationFilter;
import org.apache.lucene.analysis.te.TeluguStemFilter;
import org.apache.lucene.analysis.tr.ApostropheFilter;
import org.apache.lucene.analysis.tr.TurkishLowerCaseFilter;
import org.apache.lucene.analysis.util.ElisionFilter;

/**
 * Tells which analyzers work token by token: what they make of a token does not depend on the text around it. Decides
 * by what an analyzer consists of, since no test of some texts can show it: the {@link StandardTokenizer}, no filter of
 * characters, and only filters of tokens that are known to change or drop one token at a time. Stateless.
 */
public final class TokenByToken {
    /** Filters whose answer for a token depends on this token only. They keep its offsets, and emit one or none. */
    private static final Set<Class<? extends TokenFilter>> FILTERS = Set.of(
            LowerCaseFilter.class,
            org.apache.lucene.analysis.core.LowerCaseFilter.class,
            GreekLowerCaseFilter.class,
            IrishLowerCaseFilter.class,
            TurkishLowerCaseFilter.class,
            StopFilter.class,
            org.apache.lucene.analysis.core.StopFilter.class,
            ApostropheFilter.class,
            DecimalDigitFilter.class,
            ElisionFilter.class,
            EnglishPossessiveFilter.class,
            SetKeywordMarkerFilter.class,
            StemmerOverrideFilter.class,
            ArabicNormalizationFilter.class,
            BengaliNormalizationFilter.class,
            GermanNormalizationFilter.class,
            HindiNormalizationFilter.class,
            IndicNormalizationFilter.class,
            PersianNormalizationFilter.class,
            RomanianNormalizationFilter.class,
            SoraniNormalizationFilter.class,
            TeluguNormalizationFilter.class,
            SnowballFilter.class,
            PorterStemFilter.class,
            KStemFilter.class,
            ArabicStemFilter.class,
            BengaliStemFilter.class,
            BrazilianStemFilter.class,
            BulgarianStemFilter.class,
            CzechStemFilter.class,
            EnglishMinimalStemFilter.class,
            FinnishLightStemFilter.class,
            FrenchLightStemFilter.class,
            FrenchMinimalStemFilter.class,
            GalicianMinimalStemFilter.class,
            GalicianStemFilter.class,
            GermanLightStemFilter.class,
            GermanMinimalStemFilter.class,
            GermanStemFilter.class,
            GreekStemFilter.class,
            HindiStemFilter.class,
            HungarianLightStemFilter.class,
            IndonesianStemFilter.class,
            ItalianLightStemFilter.class,
            LatvianStemFilter.class,
            NorwegianLightStemFilter.class,
            NorwegianMinimalStemFilter.class,
            PersianStemFilter.class,
            PortugueseLightStemFilter.class,
            PortugueseStemFilter.class,
            RussianLightStemFilter.class,
            SoraniStemFilter.class,
            SpanishLightStemFilter.class,
            SwedishLightStemFilter.class,
            SwedishMinimalStemFilter.class,
            TeluguStemFilter.class);

    private TokenByToken() {}

    /**
     * The largest length of a token of an analyzer that works token by token, in characters; 0 for every other
     * analyzer. Fails with {@link UncheckedIOException} if the analyzer does.
     *
     * @param field the name of the field that the analyzer is asked for
     */
    public static int longestToken(Analyzer analyzer, String field) {
        if (filtersCharacters(analyzer, field)) {
            return 0;
        }
        try (TokenStream whole = analyzer.tokenStream(field, "")) {
            TokenStream stream = whole;
            while (stream instanceof TokenFilter filter && FILTERS.contains(filter.getClass())) {
                stream = filter.unwrap();
            }
            whole.reset();
            whole.end();
            return stream instanceof StandardTokenizer tokenizer ? tokenizer.getMaxTokenLength() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether an analyzer changes the characters before it makes tokens of them. */
    private static boolean filtersCharacters(Analyzer analyzer, String field) {
        Reader characters = new StringReader("");
        // only a wrapper may ask an analyzer for its filters
        try (AnalyzerWrapper wrapper = new AnalyzerWrapper(Analyzer.PER_FIELD_REUSE_STRATEGY) {
            @Override
            protected Analyzer getWrappedAnalyzer(String name) {
                return analyzer;
            }
        }) {
            return wrapper.initReader(field, characters) != characters;
        }
    }
}
