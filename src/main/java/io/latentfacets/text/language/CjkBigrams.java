/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import java.util.Set;

/**
 * Tells which pairs of characters hold no word. The analyzer cuts Chinese, Japanese and Korean text into overlapping
 * pairs of characters, because spaces do not separate its words: 机器学习 becomes 机器, 器学, 学习. Stateless and thread-safe.
 */
public final class CjkBigrams {
    /** Characters that are a function word, or end or begin one, in nearly all pairs that contain them. */
    private static final String FUNCTION_CHARACTERS = "的了这這那我你您他她它们們就也很被吗嗎呢吧啊么麼是与與及其之而或且但则則把不没沒又" + "以在为為一有和个個到将將并並从從";

    /** Content words that contain one of the {@link #FUNCTION_CHARACTERS}. */
    private static final Set<String> WORDS = Set.of(
            "目的", "了解", "自我", "不足", "不安", "是非", "吉他", "不动", "不動", "之江", "不丹", "参与", "參與", "被告", "被子", "以色", "存在", "在线",
            "在線", "潜在", "潛在", "行为", "行為", "人为", "人為", "统一", "統一", "第一", "唯一", "单一", "單一", "一致", "一体", "一體", "一流", "一律",
            "有效", "拥有", "擁有", "有限", "国有", "國有", "私有", "公有", "有利", "有害", "有力", "有机", "有機", "占有", "有色", "有线", "有線", "和平",
            "共和", "和谐", "和諧", "饱和", "飽和", "缓和", "緩和", "温和", "溫和", "和解", "总和", "總和", "调和", "調和", "个人", "個人", "个性", "個性",
            "个体", "個體", "到达", "到達", "达到", "達到", "到期", "迟到", "遲到", "将军", "將軍", "将来", "將來", "合并", "合並", "并购", "並購", "并行",
            "並行", "并发", "並發", "兼并", "从事", "從事", "服从", "服從", "从业", "從業", "就业", "就業", "成就", "但丁", "原则", "原則", "规则", "規則",
            "法则", "法則", "细则", "不锈", "不鏽");

    private static final Set<String> FUNCTION_WORDS = words("""
            可以 一个 一個 如果 因为 因為 所以 虽然 雖然 然后 然後 已经 已經 怎么 怎麼 以及 并且 並且 由于 由於 对于 對於
            关于 關於 通过 通過 进行 進行 需要 可能 应该 應該 必须 必須 一些 有些 如何 为了 為了 只有 还有 還有 时候 時候
            自己 一样 一樣 一般 目前 现在 現在 同时 同時 以上 以下 只能 所有 任何 每个 每個 各种 各種 两个
            兩個 有关 有關 或者 例如 比如 有的 认为 認為 成为 成為 作为 作為 个人 来说 來說 一直 一种 一種 还是 還是 最后
            最後 甚至 由此 因此 此外 另外 以来 以來 之间
            니다 습니 입니 합니 됩니 있습 에서 으로 하는 있는 것은 것이 것을 그리 리고 하지 지만 하고 에는 에게 까지 부터
            하여 이다 했다 한다 된다 있다 없다 었다 였다
            """);

    /** The largest length of a run of katakana that is shown, in characters. */
    private static final int MAX_KATAKANA = 16;

    private CjkBigrams() {}

    /** Whether the text consists of two characters of Chinese, Japanese or Korean. */
    public static boolean isBigram(String term) {
        return term.length() == 2 && isCjk(term.charAt(0)) && isCjk(term.charAt(1));
    }

    /** Whether both characters are katakana. Japanese writes foreign words in katakana, and a run of it is one word. */
    public static boolean isKatakana(String bigram) {
        return isKatakana(bigram.charAt(0)) && isKatakana(bigram.charAt(1));
    }

    /** The run of katakana that contains the characters from {@code start} to {@code end}, up to a fixed length. */
    public static String katakanaWord(String text, int start, int end) {
        int from = start;
        while (from > 0 && end - from < MAX_KATAKANA && isKatakana(text.charAt(from - 1))) {
            from--;
        }
        int to = end;
        while (to < text.length() && to - from < MAX_KATAKANA && isKatakana(text.charAt(to))) {
            to++;
        }
        return text.substring(from, to);
    }

    /**
     * Whether a pair cut from running text is neither a word nor part of one. Such pairs are function words,
     * grammatical endings and pairs that touch them. Any pair with hiragana is one, because content words rarely use
     * hiragana. So is a pair with exactly one katakana character, because no content word changes between katakana and
     * ideographs.
     */
    public static boolean isFragment(String bigram) {
        if (FUNCTION_WORDS.contains(bigram)) {
            return true;
        }
        if (isKatakana(bigram.charAt(0)) != isKatakana(bigram.charAt(1))) {
            return true;
        }
        for (int i = 0; i < bigram.length(); i++) {
            char c = bigram.charAt(i);
            if (isHiragana(c) || (FUNCTION_CHARACTERS.indexOf(c) >= 0 && !WORDS.contains(bigram))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHiragana(char c) {
        return c >= '\u3040' && c <= '\u309f';
    }

    static boolean isKana(char c) {
        return isHiragana(c) || isKatakana(c);
    }

    private static boolean isKatakana(char c) {
        return c >= '\u30a1' && c <= '\u30ff' && c != '\u30fb';
    }

    static boolean isHangul(char c) {
        return c >= '\uac00' && c <= '\ud7af';
    }

    static boolean isCjk(char c) {
        return c >= '\u2e80' && (Character.isIdeographic(c) || isKana(c) || isHangul(c));
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
