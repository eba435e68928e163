package io.holdfast.conformance.process;

import io.holdfast.conformance.client.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Plain HTTP requests. */
public final class Http {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Http() {}

    public static HttpResponse<String> get(URI uri, String... headers) {
        return send("GET", uri, headers);
    }

    /** Any method; {@code headers} are names and values by turns. */
    public static HttpResponse<String> send(String method, URI uri, String... headers) {
        var request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError(method + " " + uri + " got no answer", failed);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    public static JsonNode json(URI uri, String... headers) {
        return Json.parse(get(uri, headers).body());
    }
}
