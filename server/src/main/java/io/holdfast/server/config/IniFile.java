package io.holdfast.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the configuration file. Our own reader, because every complaint has to name file, line
 * and key.
 *
 * <p>A line is empty, a comment ({@code ;} or {@code #}), a {@code [section]}, or {@code key =
 * value}. A value may be followed by a comment after white space, or stand in double quotes with
 * the escapes {@code \" \\ \n \t}. UTF-8, with or without a byte order mark.
 */
final class IniFile {

    /** A configuration is a few KiB; this keeps a wrong path (a disk image) out of memory. */
    static final int MAX_BYTES = 1 << 20;

    /** One assignment; the value is unquoted and without surrounding white space. */
    record Entry(String section, String key, String value, int line) {}

    private final Path file;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> lineOf = new HashMap<>();
    private String section = "";

    private IniFile(Path file) {
        this.file = file;
    }

    static List<Entry> read(Path file) throws ConfigException {
        String text = load(file);
        return new IniFile(file).parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    /** The form in which {@link #read} gives exactly this text back. */
    static String quoteIfNeeded(String value) {
        boolean plain = value.equals(value.strip())
                && value.chars().noneMatch(c -> c == '"' || c == '\n' || c == '\t')
                && value.chars().noneMatch(c -> c == ';' || c == '#');
        return plain
                ? value
                : "\""
                        + value.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n")
                                .replace("\t", "\\t")
                        + "\"";
    }

    private static String load(Path file) throws ConfigException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file; check --config");
        } catch (IOException e) {
            String why = Files.isDirectory(file) ? "it is a directory" : "it cannot be read";
            throw new ConfigException(file + ": " + why + "; give a readable text file");
        }
        if (bytes.length > MAX_BYTES) {
            throw new ConfigException(
                    file + ": is larger than 1 MiB, so it is not a configuration");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": is not UTF-8; save it in that encoding");
        }
    }

    private List<Entry> parse(String text) throws ConfigException {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String stripped = line.strip();
            if (stripped.isEmpty() || isComment(stripped, 0)) {
                continue;
            }
            if (stripped.startsWith("[")) {
                section = section(stripped, number);
            } else {
                assignment(stripped, number);
            }
        }
        return entries;
    }

    private String section(String line, int number) throws ConfigException {
        int end = line.indexOf(']');
        String rest = end < 0 ? "" : line.substring(end + 1).strip();
        if (end < 0 || !(rest.isEmpty() || isComment(rest, 0))) {
            throw failure(number, Escaping.of(line) + ": allowed: [section] alone on its line");
        }
        String name = line.substring(1, end).strip();
        if (Keys.section(name) != null) {
            return name;
        }
        Section nearest = Keys.nearestSection(name);
        String hint = nearest == null ? "" : "did you mean [" + nearest.label() + "]? ";
        throw failure(
                number,
                "[%s]: unknown section; %sallowed: %s"
                        .formatted(Escaping.of(name), hint, allSections()));
    }

    private static String allSections() {
        StringBuilder names = new StringBuilder();
        for (Section known : Section.values()) {
            names.append(names.isEmpty() ? "[" : ", [").append(known.label()).append("]");
        }
        return names.toString();
    }

    private void assignment(String line, int number) throws ConfigException {
        int equals = line.indexOf('=');
        String key = line.substring(0, Math.max(equals, 0)).strip();
        if (key.isEmpty()) {
            // Not quoted: a line out of shape may well be part of a secret.
            throw failure(number, "not understood; allowed: key = value, [section], ; comment");
        }
        if (section.isEmpty()) {
            throw failure(
                    number,
                    Escaping.of(key) + ": stands before any section; put a [section] line above");
        }
        Integer first = lineOf.putIfAbsent(section + "." + key, number);
        if (first != null) {
            throw failure(
                    number,
                    "[%s] %s: was set in line %d already; keep one of the two"
                            .formatted(section, Escaping.of(key), first));
        }
        String value = value(key, line.substring(equals + 1).strip(), number);
        entries.add(new Entry(section, key, value, number));
    }

    private String value(String key, String text, int number) throws ConfigException {
        if (text.startsWith("\"")) {
            return quoted(key, text, number);
        }
        for (int i = 0; i < text.length(); i++) {
            if (isComment(text, i) && (i == 0 || Character.isWhitespace(text.charAt(i - 1)))) {
                return text.substring(0, i).strip();
            }
        }
        return text;
    }

    private String quoted(String key, String text, int number) throws ConfigException {
        StringBuilder value = new StringBuilder();
        int i = 1;
        while (i < text.length() && text.charAt(i) != '"') {
            char c = text.charAt(i++);
            if (c == '\\' && i < text.length()) {
                c = unescape(key, text.charAt(i++), number);
            }
            value.append(c);
        }
        String rest = i < text.length() ? text.substring(i + 1).strip() : "unclosed";
        if (!(rest.isEmpty() || isComment(rest, 0))) {
            throw failure(
                    number,
                    "[%s] %s: broken quotes; allowed: \"text\" with \\\" for a quote inside"
                            .formatted(section, Escaping.of(key)));
        }
        return value.toString();
    }

    private char unescape(String key, char c, int number) throws ConfigException {
        return switch (c) {
            case '"', '\\' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            default ->
                throw failure(
                        number,
                        "[%s] %s: unknown escape in quotes; allowed: \\\" \\\\ \\n \\t"
                                .formatted(section, Escaping.of(key)));
        };
    }

    private static boolean isComment(String text, int at) {
        return text.charAt(at) == ';' || text.charAt(at) == '#';
    }

    private ConfigException failure(int line, String message) {
        return new ConfigException(file + ":" + line + ": " + message);
    }
}
