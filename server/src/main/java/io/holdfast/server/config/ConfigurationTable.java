package io.holdfast.server.config;

/** The reference part of docs/CONFIGURATION.md, made from the table of keys. */
public final class ConfigurationTable {

    private ConfigurationTable() {}

    public static String markdown() {
        StringBuilder out = new StringBuilder();
        for (Section section : Section.values()) {
            out.append("### [%s]: %s\n\n".formatted(section.label(), section.summary()));
            out.append("| key | default | allowed | what it does | live |\n");
            out.append("|---|---|---|---|---|\n");
            for (Key<?> key : Keys.ALL) {
                if (key.section() == section) {
                    out.append(row(key));
                }
            }
            out.append('\n');
        }
        return out.toString().stripTrailing() + "\n";
    }

    private static String row(Key<?> key) {
        String plain = key.plainVariable();
        return "| `%s`%s | %s | %s | %s%s | %s |\n"
                .formatted(
                        key.name(),
                        plain == null ? "" : "<br>also `" + plain + "`",
                        key.defaultText().isEmpty() ? "nothing" : "`" + key.defaultText() + "`",
                        cell(key.type().allowed()),
                        cell(key.description()),
                        key.secret() ? " Secret: never printed." : "",
                        key.live() ? "yes" : "no");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;");
    }
}
