/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.bg.BulgarianAnalyzer;
import org.apache.lucene.analysis.ca.CatalanAnalyzer;
import org.apache.lucene.analysis.cz.CzechAnalyzer;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.el.GreekAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fa.PersianAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.ga.IrishAnalyzer;
import org.apache.lucene.analysis.gl.GalicianAnalyzer;
import org.apache.lucene.analysis.hi.HindiAnalyzer;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.id.IndonesianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.lt.LithuanianAnalyzer;
import org.apache.lucene.analysis.lv.LatvianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ro.RomanianAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;

/**
 * The languages with known function words: Lucene's stop words, in some languages with the words that Lucene leaves
 * out. The constants are named like the analyzers of OpenSearch. A function word of one language may be a content word
 * of another ({@code die}, {@code war}, {@code son}), so the caller must know the language of a text first, see
 * {@link LanguageGuesser}. Spaces do not separate the function words of Chinese, Japanese and Korean, see
 * {@link CjkBigrams}.
 */
public enum Language {
    ENGLISH(StopWords.set()),
    ARABIC(ArabicAnalyzer.getDefaultStopSet()),
    CHINESE(Set.of()),
    JAPANESE(Set.of()),
    KOREAN(Set.of()),
    BULGARIAN(BulgarianAnalyzer.getDefaultStopSet()),
    CATALAN(CatalanAnalyzer.getDefaultStopSet()),
    CZECH(CzechAnalyzer.getDefaultStopSet()),
    DANISH(DanishAnalyzer.getDefaultStopSet()),
    DUTCH(DutchAnalyzer.getDefaultStopSet(), """
            alleen allemaal beide binnen buiten daarom daarna dus echter elk elke enkele even gaan gaat gebruik gebruikt geworden
            ging goed graag heel hierbij ieder iedere indien jullie kunt later maakt maken meeste meestal minder moeten mogen
            nodig nou onze ooit sinds slechts snel soms staat steeds tegenover tijdens tussen vaak vanaf vanuit vanwege verder
            volgens vooral waar waarbij waarin waarom wanneer we weer welke werden willen wij zeer zien zoals zowel
            """),
    FINNISH(FinnishAnalyzer.getDefaultStopSet()),
    FRENCH(FrenchAnalyzer.getDefaultStopSet(), """
            afin ai ainsi alors après aucun aucune aujourd'hui auprès aussi autant autre autres avant bien c'est car cela celle
            celles celui cependant ci certain certaine certaines certains ceux chacun chaque chez comme comment contre
            d'après d'autres d'un d'une deux depuis dernier dernière devant doit doivent donc dont déjà dès encore enfin
            entre environ est été être avoir faire fait font hors jamais jusqu jusqu'à jusque là laquelle lequel lesquelles lesquels lors lorsque
            l'on l'un l'une malgré moins ni n'a n'est non oui où outre parce parfois parmi pendant peu peut peuvent plus plusieurs
            plutôt pourquoi pourtant presque puis puisque qu'il qu'ils qu'elle qu'on qu'un qu'une quand quant quelque
            quelques quoi rien s'est selon sera seul seule seulement si sinon son sous souvent sur surtout tandis tant tel telle
            telles tels tous tout toute toutefois toutes très trop vers voici voilà
            """),
    GALICIAN(GalicianAnalyzer.getDefaultStopSet()),
    GERMAN(GermanAnalyzer.getDefaultStopSet(), """
            ab aller allerdings alles anhand dass demnach außer außerdem außerhalb bald beide beiden beim beispielsweise bereits besonders
            bevor bzw dabei dadurch dafür dagegen daher dahin damals danach daneben daran darauf daraus darf darin darum
            darunter darüber davon davor dazu dennoch deren derzeit deshalb deswegen drei dürfen ebenfalls ebenso eigentlich
            entsprechend entweder erst etwa falls fast ferner früher ganz ganze ganzen gar geben gehen geht gemäß genau gibt
            gilt ging gleich hatten heute heutige hierbei hierfür hinaus hingegen immer infolge innerhalb insbesondere
            insgesamt inzwischen jedoch jemand kaum kommen kommt konnte konnten könnten lassen laut lediglich leider lässt
            macht mal mehr mehrere meist meisten mindestens mithilfe mittels möglich möglicherweise müssen neben nie niemand
            nämlich oft ohnehin per schon seien seit seitdem seither selber sei siehe sobald sodass sofern sogar solange somit
            sowie sowohl später statt stets teils trotz trotzdem viele vielen vieler vielleicht völlig vorher wann warum
            wegen wenig wenige weniger wenigstens werde weitere weiteren weiterer weiteres weiterhin wer wessen wobei wodurch
            wofür woher wohl wurde wurden wäre wären zudem zuerst zuletzt zumal zumindest zunächst zwei überhaupt übrigens
            """),
    GREEK(GreekAnalyzer.getDefaultStopSet()),
    HINDI(HindiAnalyzer.getDefaultStopSet()),
    HUNGARIAN(HungarianAnalyzer.getDefaultStopSet()),
    INDONESIAN(IndonesianAnalyzer.getDefaultStopSet()),
    IRISH(IrishAnalyzer.getDefaultStopSet()),
    ITALIAN(ItalianAnalyzer.getDefaultStopSet(), """
            alcune alcuni allora altre altri altro anche ancora anzi appena assai attraverso ben bene circa ciascuno ciò
            comunque così cosa davanti dentro deve devono dietro dopo dunque due durante eppure fino fra fuori già infatti
            inoltre intanto invece mai meglio meno mentre molta molte molti molto nessun nessuna nessuno niente nulla ogni
            oltre oppure ora ossia perciò però poco poi possono presso prima proprio può pure qualche qualcosa qualcuno quando
            quasi quindi sempre senza sia solo soltanto sopra sotto spesso stata state stati stato stessa stesse stessi stesso
            subito tale tali tanto tra tre troppo tutta tutte tuttavia verso
            """),
    LATVIAN(LatvianAnalyzer.getDefaultStopSet()),
    LITHUANIAN(LithuanianAnalyzer.getDefaultStopSet()),
    NORWEGIAN(NorwegianAnalyzer.getDefaultStopSet()),
    PERSIAN(PersianAnalyzer.getDefaultStopSet()),
    PORTUGUESE(PortugueseAnalyzer.getDefaultStopSet(), """
            ainda além algum alguma algumas alguns ali antes apenas após aqui assim através bem cada cerca com contra contudo
            conforme deve devem desde dessa desse desta deste diante disso disto dois duas durante embora enquanto então
            entretanto exceto fazer faz feito foram hoje isto já jamais lá logo maior maioria mal menos muita muitas muitos
            nada nesta neste nenhum nenhuma nunca onde outra outras outro outros perante pode podem pois porém porque portanto
            pouco poucos próprio quais qualquer quanto quase quer segundo sempre senão si sido sob sobre tal talvez também
            tampouco tanto toda todas todavia todo todos tudo vai vez vezes
            """),
    ROMANIAN(RomanianAnalyzer.getDefaultStopSet()),
    RUSSIAN(RussianAnalyzer.getDefaultStopSet()),
    SPANISH(SpanishAnalyzer.getDefaultStopSet(), """
            además ahora ahí alguien alguna alguno allí aquel aquella aquellas aquellos aquí así aun aunque aún bajo bastante
            bien cada casi cerca cierto ciertos cualquier cuales cuanto cuyo cuya cuyos cuyas dado debe deben debido decir
            dentro después detrás dos embargo encima entonces era excepto fuera hace hacen hacer hacia hecho hoy igual incluso
            jamás junto luego mas mayor mayoría mediante mejor menos mientras misma mismas mismo mismos ningún ninguna ninguno
            nunca obstante ocho otra parte pesar poca pocas pocos podría pudo puede pueden pues quizás salvo según ser si
            siempre sino sola solamente solo sólo suele tal tales tampoco tan tantas tantos toda todas todavía tras tres través
            usted ustedes vez veces ya
            """),
    SWEDISH(SwedishAnalyzer.getDefaultStopSet()),
    TURKISH(TurkishAnalyzer.getDefaultStopSet());

    /** Words of their own that an apostrophe joins to the beginning of the next word, as in {@code l'huile}. */
    private static final Set<String> ELISIONS = Set.of(
            "l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu", "un", "all", "dall",
            "dell", "nell", "sull", "coll", "gl", "agl", "dagl", "degl", "negl", "sugl", "quest", "quell");

    @SuppressWarnings("ImmutableEnumChecker") // unmodifiable
    private final CharArraySet functionWords;

    Language(Set<?> stopWords) {
        this(stopWords, "");
    }

    Language(Set<?> stopWords, String more) {
        CharArraySet set = new CharArraySet(stopWords, true);
        if (!more.isEmpty()) {
            set.addAll(Arrays.asList(more.trim().split("\\s+")));
        }
        this.functionWords = CharArraySet.unmodifiableSet(set);
    }

    /** The language of the analyzer of this name, {@code null} if the analyzer serves none of these or several. */
    public static Language ofAnalyzer(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (Language language : values()) {
            if (language.name().equals(upper)) {
                return language;
            }
        }
        return upper.equals("BRAZILIAN") ? PORTUGUESE : null;
    }

    /** Whether a word as written is a function word of this language, whatever its case. */
    public boolean isFunctionWord(String surface) {
        return functionWords.contains(surface);
    }

    /** {@link #isFunctionWord(String)} of some characters. */
    public boolean isFunctionWord(char[] text, int start, int end) {
        return functionWords.contains(text, start, end - start);
    }

    /** The function words. Unmodifiable; look-ups ignore case. */
    CharArraySet functionWords() {
        return functionWords;
    }

    /** Whether the language writes all nouns with a capital. */
    public boolean capitalizesNouns() {
        return this == GERMAN;
    }

    /**
     * The index at which the word begins after an elided article or the like, 0 if there is none. In {@code l'huile} it
     * is 2.
     */
    public int elided(String surface) {
        if (this != FRENCH && this != ITALIAN && this != CATALAN) {
            return 0;
        }
        int apostrophe = StopWords.firstApostrophe(surface);
        boolean elision = apostrophe > 0
                && apostrophe < surface.length() - 1
                && ELISIONS.contains(surface.substring(0, apostrophe).toLowerCase(Locale.ROOT));
        return elision ? apostrophe + 1 : 0;
    }
}
