package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.transport.FrontWatch.Trouble;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In the tables ~ stands for CR LF, ^ for CR alone, $ for LF alone, \t and \0 for themselves. */
class RequestGuardTest {
    private static final int MAX_BYTES = 8_192;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1~Host: a~~",
                "GET / HTTP/1.1~~",
                "GET / HTTP/1.1~Host: a~~GET /b HTTP/1.1~Host: a~~",
                "OPTIONS * HTTP/1.1~X:\tone\ttwo~Empty:~~",
                "GET / HTTP/1.1~!#$0: latin \u00e9~~",
                "GET /ws HTTP/1.1~Host: a~Connection: Upgrade~Upgrade: websocket~~"
            })
    void aHeadOnWhichAllParsersAgreePasses(String head) {
        String text = head.equals("GET / HTTP/1.1~!#$0: latin \u00e9~~")
                ? "GET / HTTP/1.1\r\n!#$0: latin \u00e9\r\n\r\n"
                : spell(head);
        RequestGuard guard = new RequestGuard(MAX_BYTES, 100);
        assertThat(judge(guard, text)).isNull();
        assertThat(guard.inHead()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
                    ~GET / HTTP/1.1~~|an empty line before the request
                     GET / HTTP/1.1~~|a space before the method
                    get / HTTP/1.1~~|a method in small letters
                    GET / HTTP/1.1$Host: a$$|lines that end in LF alone
                    GET / HTTP/1.1^Host: a^^|lines that end in CR alone
                    GET / HTTP/1.1~Host: a$~|one line that ends in LF alone
                    GET / HTTP/1.1~Host: a^Content-Length: 1~~|CR inside a value
                    GET / HTTP/1.1~Host: a~ b: c~~|a folded line
                    GET / HTTP/1.1~Host: a~\tb: c~~|a line folded with a tab
                    GET / HTTP/1.1~Host : a~~|a space between name and colon
                    GET / HTTP/1.1~Transfer-Encoding\t: chunked~~|a tab between name and colon
                    GET / HTTP/1.1~: a~~|an empty name
                    GET / HTTP/1.1~Host~~|a line without colon
                    GET / HTTP/1.1~(x): a~~|a name that is no token
                    GET / HTTP/1.1~X: a\0b~~|a NUL in a value
                    GET /\0 HTTP/1.1~~|a NUL in the request line
                    GET /\t HTTP/1.1~~|a tab in the request line
                    GET / HTTP/1.1~Host: a~^^|CR in place of the last LF
                    """)
    void aShapeOnWhichTwoParsersCouldDisagreeIsRefused(String head, String what) {
        RequestGuard.Refusal refusal = judge(new RequestGuard(MAX_BYTES, 100), spell(head));
        assertThat(refusal).as(what).isNotNull().satisfies(refused -> {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.trouble()).isEqualTo(Trouble.BAD_REQUEST);
        });
    }

    @Test
    void aHeadMayHaveExactlyAsManyBytesAsTheLimit() {
        String head = "GET / HTTP/1.1\r\nX: ";
        String whole = head + "a".repeat(512 - head.length() - 4) + "\r\n\r\n";
        assertThat(judge(new RequestGuard(512, 10), whole)).isNull();
        assertThat(judge(new RequestGuard(511, 10), whole))
                .isEqualTo(new RequestGuard.Refusal(
                        431, "the request head is larger than 511 bytes", Trouble.HEAD_TOO_LARGE));
    }

    @Test
    void theLimitIsCountedAnewForEachHead() {
        String head = "GET / HTTP/1.1\r\nX: a\r\n\r\n";
        assertThat(judge(new RequestGuard(head.length(), 1), head.repeat(10))).isNull();
    }

    @Test
    void aHeadMayHaveExactlyAsManyLinesAsTheLimit() {
        RequestGuard.Refusal refusal = judge(
                new RequestGuard(MAX_BYTES, 2), "GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n");
        assertThat(refusal).isNotNull();
        assertThat(refusal.trouble()).isEqualTo(Trouble.TOO_MANY_HEADERS);
        assertThat(judge(new RequestGuard(MAX_BYTES, 2), "GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n"))
                .isNull();
    }

    @Test
    void anEndlessRequestLineIsRefusedWith414() {
        RequestGuard.Refusal refusal =
                judge(new RequestGuard(MAX_BYTES, 2), "GET /" + "a".repeat(5_000));
        assertThat(refusal).isNotNull();
        assertThat(refusal.status()).isEqualTo(414);
    }

    /** A mutated head, so that all places of the automaton are met; the verdict must be a fact. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void whatPassesHasNoByteThatCouldSplitARequestElsewhere(long seed) {
        Random random = new Random(seed);
        String alphabet = "\r\n \t:aG\0\u00e9~";
        int passed = 0;
        for (int run = 0; run < 20_000; run++) {
            StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n");
            for (int change = random.nextInt(3); change >= 0; change--) {
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                text.setCharAt(random.nextInt(text.length()), c);
            }
            RequestGuard guard = new RequestGuard(MAX_BYTES, 10);
            if (judge(guard, text.toString()) == null && !guard.inHead()) {
                passed++;
                String what = "seed %d run %d: %s".formatted(seed, run, text);
                List<String> lines = List.of(text.toString().split("\r\n", -1));
                assertThat(lines).as(what).noneMatch(line -> line.matches("(?s).*[\r\n\0].*"));
                assertThat(lines.subList(1, lines.size()))
                        .as(what)
                        .allMatch(line -> line.isEmpty() || line.matches("(?s)[^: \t]+:.*"));
            }
        }
        assertThat(passed).as("mutants that passed").isPositive();
    }

    private static RequestGuard.@Nullable Refusal judge(RequestGuard guard, String text) {
        for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
            RequestGuard.Refusal refusal = guard.next(b);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static String spell(String head) {
        return head.replace("~", "\r\n")
                .replace('^', '\r')
                .replace('$', '\n')
                .replace("\\t", "\t")
                .replace("\\0", "\0");
    }
}
