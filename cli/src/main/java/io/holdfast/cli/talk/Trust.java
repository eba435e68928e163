package io.holdfast.cli.talk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that a person trusts, instead of those that come with Java. */
final class Trust {
    private Trust() {}

    /** @throws IllegalArgumentException in one sentence when the file has no certificate */
    static SSLContext of(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("The file " + pem
                        + " has no certificate; expected PEM with BEGIN CERTIFICATE.");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "The certificates in " + pem + " cannot be read: " + unreadable.getMessage(),
                    unreadable);
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException(
                    "The file " + pem + " is not PEM with certificates: " + malformed.getMessage(),
                    malformed);
        }
    }
}
