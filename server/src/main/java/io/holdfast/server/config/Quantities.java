package io.holdfast.server.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations ({@code 30s}, {@code 5m}) and sizes ({@code 64KiB}): text to value and back. */
final class Quantities {

    /** Longer than any number that fits a range; keeps BigDecimal away from hostile input. */
    private static final int MAX_NUMBER_LENGTH = 20;

    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private Quantities() {}

    /** Null when the text is no duration. A number without a unit is seconds. */
    static @Nullable Duration duration(String text) {
        int unitAt = endOfNumber(text);
        BigDecimal nanosPerUnit = switch (text.substring(unitAt).strip()) {
            case "ms" -> BigDecimal.valueOf(1_000_000L);
            case "", "s" -> BigDecimal.valueOf(1_000_000_000L);
            case "m" -> BigDecimal.valueOf(60_000_000_000L);
            case "h" -> BigDecimal.valueOf(3_600_000_000_000L);
            case "d" -> BigDecimal.valueOf(86_400_000_000_000L);
            default -> null;
        };
        Long nanos = product(text.substring(0, unitAt), nanosPerUnit);
        return nanos == null ? null : Duration.ofNanos(nanos);
    }

    /** In the largest unit that gives a whole number. */
    static String format(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos % 1_000_000_000L != 0) {
            BigDecimal millis = BigDecimal.valueOf(nanos).divide(BigDecimal.valueOf(1_000_000L));
            return millis.toPlainString() + "ms";
        }
        long seconds = duration.toSeconds();
        if (seconds != 0 && seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** Null when the text is no size. A number without a unit is bytes; KB and K are refused. */
    static @Nullable Long size(String text) {
        int unitAt = endOfNumber(text);
        long unit = switch (text.substring(unitAt).strip()) {
            case "", "B" -> 1;
            case "KiB" -> KIB;
            case "MiB" -> MIB;
            case "GiB" -> GIB;
            default -> 0;
        };
        return product(text.substring(0, unitAt), unit == 0 ? null : BigDecimal.valueOf(unit));
    }

    static String formatSize(long bytes) {
        if (bytes != 0 && bytes % GIB == 0) {
            return bytes / GIB + "GiB";
        }
        if (bytes != 0 && bytes % MIB == 0) {
            return bytes / MIB + "MiB";
        }
        return bytes != 0 && bytes % KIB == 0 ? bytes / KIB + "KiB" : Long.toString(bytes);
    }

    private static int endOfNumber(String text) {
        int at = 0;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static @Nullable Long product(String number, @Nullable BigDecimal unit) {
        boolean plausible = !number.isEmpty()
                && number.length() <= MAX_NUMBER_LENGTH
                && isDigit(number.charAt(0))
                && isDigit(number.charAt(number.length() - 1))
                && number.indexOf('.') == number.lastIndexOf('.');
        if (!plausible || unit == null) {
            return null;
        }
        BigInteger product = new BigDecimal(number)
                .multiply(unit)
                .setScale(0, RoundingMode.HALF_UP)
                .toBigIntegerExact();
        return product.bitLength() > 62 ? null : product.longValueExact();
    }
}
