package io.holdfast.simulation.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line chart as SVG: one line per course, the largest value of each column. */
final class Plot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 300;
    private static final int LEFT = 70;
    private static final int TOP = 40;
    private static final int COLUMNS = 600;
    private static final int TICKS = 4;
    private static final String[] COLOURS = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#555555"};

    private record Series(String name, int[] values) {}

    private final String title;
    private final String unit;
    private final List<Series> series = new ArrayList<>();

    Plot(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    Plot line(String name, int[] values) {
        series.add(new Series(name, values));
        return this;
    }

    String svg() {
        int seconds = series.stream().mapToInt(one -> one.values.length).max().orElse(1);
        int most = series.stream()
                .mapToInt(one -> java.util.Arrays.stream(one.values).max().orElse(0))
                .max()
                .orElse(1);
        most = Math.max(1, most);
        StringBuilder svg = new StringBuilder();
        put(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n",
                WIDTH + LEFT + 20,
                HEIGHT + TOP + 60);
        put(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n");
        put(svg, "<text x=\"%d\" y=\"20\" font-size=\"14\">%s</text>%n", LEFT, title);
        for (int i = 0; i <= TICKS; i++) {
            int y = TOP + HEIGHT - HEIGHT * i / TICKS;
            put(
                    svg,
                    "<path d=\"M%d %dh%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%d\""
                            + " text-anchor=\"end\">%d</text>%n",
                    LEFT,
                    y,
                    WIDTH,
                    LEFT - 6,
                    y + 4,
                    (long) most * i / TICKS);
            int x = LEFT + WIDTH * i / TICKS;
            put(
                    svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%d s</text>%n",
                    x,
                    TOP + HEIGHT + 18,
                    (long) seconds * i / TICKS);
        }
        for (int i = 0; i < series.size(); i++) {
            curve(svg, series.get(i), COLOURS[i % COLOURS.length], seconds, most);
            put(
                    svg,
                    "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
                    LEFT + i * (WIDTH / Math.max(3, series.size())),
                    TOP + HEIGHT + 42,
                    COLOURS[i % COLOURS.length],
                    series.get(i).name);
        }
        put(svg, "<text x=\"%d\" y=\"%d\" fill=\"#555\">%s</text>%n</svg>%n", 8, TOP - 8, unit);
        return svg.toString();
    }

    private static void curve(StringBuilder svg, Series one, String colour, int seconds, int most) {
        StringBuilder path = new StringBuilder();
        int columns = Math.min(COLUMNS, seconds);
        for (int column = 0; column < columns; column++) {
            int from = (int) ((long) seconds * column / columns);
            int to = (int) ((long) seconds * (column + 1) / columns);
            int largest = 0;
            for (int i = from; i < Math.min(to, one.values.length); i++) {
                largest = Math.max(largest, one.values[i]);
            }
            long y = TOP + HEIGHT - (long) HEIGHT * largest / most;
            path.append(column == 0 ? "M" : "L")
                    .append(LEFT + WIDTH * column / columns)
                    .append(' ')
                    .append(y);
        }
        put(
                svg,
                "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
                path,
                colour);
    }

    private static void put(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
    }
}
