package io.holdfast.conformance.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for loopback and its key. Made by the JDK's keytool, so that nothing has
 * to be installed.
 */
public final class Certificate {
    private static final char[] PASSWORD = "only-for-this-test".toCharArray();

    private final PrivateKey key;
    private final X509Certificate certificate;

    private Certificate(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** Takes about a second. */
    public static Certificate make(String commonName) {
        try {
            var directory = Files.createTempDirectory("holdfast-certificate");
            var file = directory.resolve("store.p12");
            try {
                return make(commonName, directory, file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException | GeneralSecurityException failed) {
            throw new AssertionError(failed);
        }
    }

    private static Certificate make(String commonName, Path directory, Path file)
            throws IOException, GeneralSecurityException {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = List.of(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-dname",
                "CN=" + commonName,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString());
        try (var run = Tool.start(directory, Map.of(), command)) {
            if (run.awaitExit() != 0) {
                throw new AssertionError("keytool failed: " + run.lines().tail(20));
            }
        }
        var store = KeyStore.getInstance(file.toFile(), PASSWORD);
        return new Certificate((PrivateKey) store.getKey("server", PASSWORD), (X509Certificate)
                store.getCertificate("server"));
    }

    public X509Certificate x509() {
        return certificate;
    }

    /** Writes both PEM files, in place of what they may hold. */
    public void write(Path certificateFile, Path keyFile) {
        try {
            Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()), US_ASCII);
            Files.writeString(
                    certificateFile, pem("CERTIFICATE", certificate.getEncoded()), US_ASCII);
        } catch (IOException | GeneralSecurityException failed) {
            throw new AssertionError(failed);
        }
    }

    /** For clients that trust these certificates and no others. */
    public static SSLContext trusting(Certificate... trusted) {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (var one : trusted) {
                store.setCertificateEntry(
                        one.certificate.getSubjectX500Principal().getName(), one.certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException failed) {
            throw new AssertionError(failed);
        }
    }

    private static String pem(String what, byte[] der) {
        var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }
}
