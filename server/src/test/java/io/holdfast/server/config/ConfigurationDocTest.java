package io.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ConfigurationDocTest {

    private static final Path DOC = Path.of("../docs/CONFIGURATION.md");
    private static final String BEGIN = "<!-- keys: begin -->\n";
    private static final String END = "<!-- keys: end -->";

    @Test
    void theTableInTheDocumentationIsMadeFromTheTableOfKeys() throws IOException {
        String doc = Files.readString(DOC);
        int from = doc.indexOf(BEGIN) + BEGIN.length();
        String table = ConfigurationTable.markdown();
        if (Boolean.getBoolean("holdfast.docs.update")) {
            doc = doc.substring(0, from) + table + doc.substring(doc.indexOf(END));
            Files.writeString(DOC, doc);
        }
        assertThat(doc.substring(from, doc.indexOf(END)))
                .as("docs/CONFIGURATION.md is behind the code; it says itself how to update it")
                .isEqualTo(table);
    }

    @Test
    void everyDescriptionIsOneSentenceOnOneLine() {
        assertThat(Keys.ALL)
                .allSatisfy(key -> assertThat(key.description())
                        .as(key.path())
                        .endsWith(".")
                        .doesNotContain("\n", "  "));
    }
}
