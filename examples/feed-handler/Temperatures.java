import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The business: the mean of each sensor, and an alarm. Knows nothing of connections, JSON or
 * threads, and is tested without them.
 */
final class Temperatures {
    private static final double ALARM_CELSIUS = 90;
    /** Sensors that are kept; a feed that invents names must not fill the memory. */
    private static final int MOST_SENSORS = 10_000;

    private record Mean(long count, double sum) {
        Mean with(double value) {
            return new Mean(count + 1, sum + value);
        }

        double value() {
            return sum / count;
        }
    }

    private final Map<String, Mean> means = new LinkedHashMap<>();

    /** Takes a measurement in and says what there is to say. */
    String add(Measurement measured) {
        if (means.size() == MOST_SENSORS && !means.containsKey(measured.sensor())) {
            return "too many sensors; " + measured.sensor() + " is not followed";
        }
        var mean = means.getOrDefault(measured.sensor(), new Mean(0, 0)).with(measured.celsius());
        means.put(measured.sensor(), mean);
        return String.format(
                Locale.ROOT,
                "%s%s %.1f °C, mean of %d: %.1f °C",
                measured.celsius() > ALARM_CELSIUS ? "ALARM " : "",
                measured.sensor(),
                measured.celsius(),
                mean.count(),
                mean.value());
    }
}
