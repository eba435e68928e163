package io.holdfast.server.config;

/** The effective configuration as a file, each line with a comment that says where it came from. */
final class ConfigListing {

    private ConfigListing() {}

    static String of(Values values) {
        StringBuilder out = new StringBuilder();
        Section section = null;
        for (Key<?> key : Keys.ALL) {
            if (key.section() != section) {
                section = key.section();
                out.append(out.isEmpty() ? "" : "\n").append("[");
                out.append(section.label()).append("]\n");
            }
            Setting<?> setting = values.setting(key);
            String line = key.name() + " = " + IniFile.quoteIfNeeded(setting.shown());
            out.append(
                    "%-44s ; %s%n".formatted(line, Escaping.of(setting.source().label())));
        }
        return out.toString().replace("\r\n", "\n");
    }
}
