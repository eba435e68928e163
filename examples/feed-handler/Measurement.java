import java.util.regex.Pattern;

/** What a message of the feed says. The only place that knows how it is written. */
record Measurement(String sensor, double celsius) {
    // A real program takes a JSON library; an example brings none.
    private static final Pattern SENSOR =
            Pattern.compile("\"sensor\"\\s*:\\s*\"([a-z0-9-]{1,32})\"");
    private static final Pattern CELSIUS =
            Pattern.compile("\"celsius\"\\s*:\\s*(-?[0-9]{1,6}(?:\\.[0-9]{1,6})?)\\s*[,}]");

    /** @throws IllegalArgumentException when the text is no measurement */
    static Measurement parse(String json) {
        var sensor = SENSOR.matcher(json);
        var celsius = CELSIUS.matcher(json);
        if (!sensor.find() || !celsius.find()) {
            throw new IllegalArgumentException(
                    "expected {\"sensor\":\"name\",\"celsius\":21.5}");
        }
        return new Measurement(sensor.group(1), Double.parseDouble(celsius.group(1)));
    }
}
