package io.holdfast.server.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a value is written.
 *
 * @param allowed what may stand there, as a phrase that follows "allowed:" in messages and docs
 * @param parser null for anything that is not allowed
 * @param format the inverse of the parser, for printing
 */
record ValueType<T>(String allowed, Parser<T> parser, Function<T, String> format) {

    interface Parser<T> {
        @Nullable
        T parse(String text);
    }

    static ValueType<Integer> wholeNumber(int min, int max) {
        return new ValueType<>(
                "a whole number from " + min + " to " + max,
                text -> {
                    Integer number = wholeNumber(text);
                    return number == null || number < min || number > max ? null : number;
                },
                Object::toString);
    }

    /** Of a listener; 0 takes a free one. */
    static ValueType<Integer> port() {
        return wholeNumber(0, 65_535);
    }

    /** The same values, explained in other words. */
    ValueType<T> allowing(String words) {
        return new ValueType<>(words, parser, format);
    }

    static ValueType<Duration> duration(Duration min, Duration max) {
        return new ValueType<>(
                "a duration from %s to %s, such as 250ms, 30s, 5m, 1h or a number of seconds"
                        .formatted(Quantities.format(min), Quantities.format(max)),
                text -> {
                    Duration duration = Quantities.duration(text);
                    boolean inRange = duration != null
                            && duration.compareTo(min) >= 0
                            && duration.compareTo(max) <= 0;
                    return inRange ? duration : null;
                },
                Quantities::format);
    }

    /** A number of bytes that fits an int, as buffers and arrays need it. */
    static ValueType<Integer> size(long min, long max) {
        if (max > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("largest size is over 2 GiB: " + max);
        }
        ValueType<Long> size = largeSize(min, max);
        return new ValueType<>(
                size.allowed(),
                text -> {
                    Long bytes = size.parser().parse(text);
                    return bytes == null ? null : bytes.intValue();
                },
                bytes -> Quantities.formatSize(bytes));
    }

    /** A number of bytes in files or in many buffers together. */
    static ValueType<Long> largeSize(long min, long max) {
        return new ValueType<>(
                "a size from %s to %s, such as 64KiB, 1MiB or a number of bytes"
                        .formatted(Quantities.formatSize(min), Quantities.formatSize(max)),
                text -> {
                    Long bytes = Quantities.size(text);
                    return bytes == null || bytes < min || bytes > max ? null : bytes;
                },
                Quantities::formatSize);
    }

    static ValueType<Boolean> onOff() {
        return new ValueType<>(
                "on or off",
                text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "on", "true", "yes", "1" -> Boolean.TRUE;
                    case "off", "false", "no", "0" -> Boolean.FALSE;
                    default -> null;
                },
                on -> on ? "on" : "off");
    }

    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        List<E> choices = List.of(type.getEnumConstants());
        Function<E, String> format = choice -> choice.name().toLowerCase(Locale.ROOT);
        return new ValueType<>(
                "one of " + choices.stream().map(format).collect(Collectors.joining(", ")),
                text -> choices.stream()
                        .filter(choice -> choice.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElse(null),
                format);
    }

    static ValueType<String> text(int minBytes, int maxBytes) {
        return new ValueType<>(
                "text of %d to %d bytes in UTF-8".formatted(minBytes, maxBytes),
                text -> {
                    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
                    return bytes < minBytes || bytes > maxBytes ? null : text;
                },
                text -> text);
    }

    static ValueType<String> parsedText(String allowed, Parser<String> parser) {
        return new ValueType<>(allowed, parser, text -> text);
    }

    static ValueType<Path> path() {
        return path("a path to a file");
    }

    static ValueType<Path> directory() {
        return path("a path to a directory");
    }

    private static ValueType<Path> path(String allowed) {
        return new ValueType<>(
                allowed,
                text -> {
                    try {
                        return text.isEmpty() ? null : Path.of(text);
                    } catch (InvalidPathException e) {
                        return null;
                    }
                },
                Path::toString);
    }

    /** Empty text stands for none. */
    static <T> ValueType<Optional<T>> optional(ValueType<T> type) {
        return new ValueType<>(
                type.allowed() + ", or nothing",
                text -> {
                    if (text.isEmpty()) {
                        return Optional.empty();
                    }
                    T value = type.parser().parse(text);
                    return value == null ? null : Optional.of(value);
                },
                value -> value.map(type.format()).orElse(""));
    }

    /** Items apart by commas, spaces around them ignored; empty text is the empty list. */
    static <T> ValueType<List<T>> list(String item, int max, ValueType<T> type) {
        return new ValueType<>(
                "up to %,d %s separated by commas".formatted(max, item),
                text -> {
                    List<T> values = new ArrayList<>();
                    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
                        T value = type.parser().parse(part.strip());
                        if (value == null || values.size() == max) {
                            return null;
                        }
                        values.add(value);
                    }
                    return List.copyOf(values);
                },
                values -> values.stream().map(type.format()).collect(Collectors.joining(", ")));
    }

    private static @Nullable Integer wholeNumber(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 10 && isDigits(text);
        long number = digits ? Long.parseLong(text) : Long.MAX_VALUE;
        return number > Integer.MAX_VALUE ? null : (int) number;
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
