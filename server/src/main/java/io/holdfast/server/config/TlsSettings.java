package io.holdfast.server.config;

import java.nio.file.Path;
import java.util.Optional;

/** PEM files of one listener: both are there or neither. */
public record TlsSettings(Optional<Path> certificate, Optional<Path> key) {

    public boolean enabled() {
        return certificate.isPresent();
    }

    static TlsSettings from(
            Values values, Key<Optional<Path>> certificate, Key<Optional<Path>> key) {
        return new TlsSettings(values.get(certificate), values.get(key));
    }
}
