package io.holdfast.server;

import io.holdfast.server.config.TlsSettings;
import io.holdfast.server.log.Event;
import io.holdfast.server.log.EventLog;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

import javax.net.ssl.SSLException;

/**
 * A listener's TLS context from PEM files, made again when the files change. A change that does not
 * load is logged, and the last good one stays. Thread-safe.
 */
final class Certificates {
    private final EventLog log = new EventLog(Certificates.class);
    private final Path certificate;
    private final Path key;
    private volatile SslContext context;
    private FileTime certificateTime;
    private FileTime keyTime;

    private Certificates(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.certificateTime = Files.getLastModifiedTime(certificate);
        this.keyTime = Files.getLastModifiedTime(key);
        this.context = load();
    }

    /** @throws StartException when the files cannot be read as a certificate and its key */
    static Certificates of(TlsSettings settings) throws StartException {
        Path certificate = settings.certificate().orElseThrow();
        Path key = settings.key().orElseThrow();
        try {
            return new Certificates(certificate, key);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException(
                    "TLS cannot be set up from " + certificate + " and " + key + " (" + reason(e)
                            + "): give a certificate chain and its unencrypted PKCS#8 key, both in PEM",
                    e);
        }
    }

    SslContext current() {
        return context;
    }

    /** Looks at the files; blocks on them, so it must not be called on an event loop. */
    synchronized void reloadIfChanged() {
        try {
            FileTime newCertificate = Files.getLastModifiedTime(certificate);
            FileTime newKey = Files.getLastModifiedTime(key);
            if (newCertificate.equals(certificateTime) && newKey.equals(keyTime)) {
                return;
            }
            certificateTime = newCertificate;
            keyTime = newKey;
            context = load();
            log.info(Event.CONFIG_RELOADED).write("certificate reloaded");
        } catch (IOException | IllegalArgumentException e) {
            log.warn(Event.CONFIG_REJECTED)
                    .with("reason", reason(e))
                    .write("the changed certificate does not load; the last good one stays");
        }
    }

    private SslContext load() throws SSLException {
        return SslContextBuilder.forServer(certificate.toFile(), key.toFile()).build();
    }

    private static String reason(Exception e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getClass().getSimpleName() + ": " + deepest.getMessage();
    }
}
