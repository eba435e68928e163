package io.holdfast.benchmarks.storm;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/**
 * Arrivals per second as an SVG picture: panels below each other on the same scales, bars for what
 * the server saw, dots for what the clients say, a line for what was expected. It has a background
 * of its own for light and for dark mode, so that it can be read wherever it is shown.
 */
public final class Chart {
    private static final int WIDTH = 760;
    private static final int LEFT = 64;
    private static final int RIGHT = 20;
    private static final int HEAD = 56;
    private static final int PANEL = 150;
    private static final int BETWEEN = 44;
    private static final int FOOT = 74;
    private static final int MOST_TICKS = 10;

    private static final String STYLE = """
            <style>
              text { font: 13px system-ui, sans-serif; fill: #24292f }
              .small { font-size: 12px; fill: #57606a }
              .title { font-weight: 600; font-size: 15px }
              .panel { font-weight: 600 }
              .card { fill: #ffffff; stroke: #d0d7de }
              .grid { stroke: #d8dee4 }
              .axis { stroke: #57606a }
              .bar { fill: #54aeff }
              .dot { fill: #24292f }
              .line { fill: none; stroke: #bc4c00; stroke-width: 2 }
              .limit { stroke: #57606a; stroke-dasharray: 5 4 }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3 }
                .small { fill: #9ea7b3 }
                .card { fill: #0d1117; stroke: #30363d }
                .grid { stroke: #262c36 }
                .axis { stroke: #9ea7b3 }
                .bar { fill: #1f6feb }
                .dot { fill: #e6edf3 }
                .line { stroke: #f0883e }
                .limit { stroke: #9ea7b3 }
              }
            </style>
            """;

    private final String title;
    private final String xLabel;
    private final List<Panel> panels = new ArrayList<>();

    /**
     * @param connected by the clients' own account
     * @param ready when the new server was, in seconds
     * @param limit a horizontal line; 0 for none
     */
    private record Panel(
            String title,
            PerSecond arrived,
            PerSecond connected,
            PerSecond expected,
            double ready,
            double limit) {
        double seconds() {
            int bins = Math.max(connected.bins(), Math.max(arrived.bins(), expected.bins()));
            return bins / (double) arrived.parts();
        }

        /** Per second, whatever the bins. */
        double most() {
            double peak = Math.max(connected.peak(), Math.max(arrived.peak(), expected.peak()));
            return Math.max(limit, peak * arrived.parts());
        }
    }

    public Chart(String title, String xLabel) {
        this.title = title;
        this.xLabel = xLabel;
    }

    /** Adds a panel below, all of it in the same bins. */
    public Chart panel(
            String name,
            PerSecond arrived,
            PerSecond connected,
            PerSecond expected,
            double readySeconds,
            double limit) {
        panels.add(new Panel(name, arrived, connected, expected, readySeconds, limit));
        return this;
    }

    public String svg() {
        int height = HEAD + panels.size() * (PANEL + BETWEEN) - BETWEEN + FOOT;
        double last = panels.stream().mapToDouble(Panel::seconds).max().orElse(0);
        int seconds = 1 + (int) Math.ceil(last);
        double most = panels.stream().mapToDouble(Panel::most).max().orElse(1);
        double step = step(most / 4);
        Scale scale = new Scale(seconds, Math.ceil(most * 1.05 / step) * step, step);
        // Pictures are the same whatever the locale.
        Formatter out = new Formatter(Locale.ROOT);
        out.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                        + " height=\"%d\" role=\"img\">\n",
                WIDTH, height, WIDTH, height);
        out.format("<title>%s</title>\n", title);
        out.format("%s", STYLE);
        out.format(
                "<rect class=\"card\" x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n",
                WIDTH - 1, height - 1);
        out.format("<text class=\"title\" x=\"%d\" y=\"26\">%s</text>\n", LEFT, title);
        int top = HEAD + 8;
        for (Panel panel : panels) {
            draw(out, panel, scale, top);
            top += PANEL + BETWEEN;
        }
        legend(out, height);
        return out.format("</svg>\n").toString();
    }

    private record Scale(int seconds, double most, double step) {
        double x(double second) {
            return LEFT + second * (WIDTH - LEFT - RIGHT) / seconds;
        }

        double y(double count, int top) {
            return top + PANEL * (1 - count / most);
        }
    }

    private static void draw(Formatter out, Panel panel, Scale scale, int top) {
        out.format(
                "<text class=\"panel\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT, top - 10, panel.title);
        for (double count = 0; count <= scale.most; count += scale.step) {
            double y = scale.y(count, top);
            out.format(
                    "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n",
                    LEFT, y, WIDTH - RIGHT, y);
            out.format(
                    "<text class=\"small\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>\n",
                    LEFT - 8, y + 4, count);
        }
        out.format(
                "<text class=\"small\" transform=\"translate(16 %d) rotate(-90)\""
                        + " text-anchor=\"middle\">arrivals per second</text>\n",
                top + PANEL / 2);
        bars(out, panel, scale, top);
        line(out, panel.expected, scale, top);
        dots(out, panel.connected, scale, top);
        if (panel.limit > 0) {
            double y = scale.y(panel.limit, top);
            out.format(
                    "<line class=\"limit\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n",
                    LEFT, y, WIDTH - RIGHT, y);
            out.format(
                    "<text class=\"small\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">drain_rate %.0f"
                            + "/s</text>\n",
                    WIDTH - RIGHT, y - 5, panel.limit);
        }
        ready(out, panel.ready, scale, top);
        int every = (int) Math.max(1, step((double) scale.seconds / MOST_TICKS));
        out.format(
                "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
                LEFT, top + PANEL, WIDTH - RIGHT, top + PANEL);
        for (int second = 0; second <= scale.seconds; second += every) {
            out.format(
                    "<text class=\"small\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>\n",
                    scale.x(second), top + PANEL + 16, second);
        }
    }

    private static void bars(Formatter out, Panel panel, Scale scale, int top) {
        double parts = panel.arrived.parts();
        for (int bin = 0; bin < panel.arrived.bins(); bin++) {
            double rate = panel.arrived.in(bin) * parts;
            if (rate > 0) {
                double left = scale.x(bin / parts) + 0.5;
                double right = scale.x((bin + 1) / parts) - 0.5;
                double y = scale.y(rate, top);
                out.format(
                        "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\""
                                + " height=\"%.1f\"/>\n",
                        left, y, right - left, top + PANEL - y);
            }
        }
    }

    private static void dots(Formatter out, PerSecond connected, Scale scale, int top) {
        double parts = connected.parts();
        for (int bin = 0; bin < connected.bins(); bin++) {
            if (connected.in(bin) > 0) {
                out.format(
                        "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
                        scale.x((bin + 0.5) / parts), scale.y(connected.in(bin) * parts, top));
            }
        }
    }

    /** In steps, as the bars are. */
    private static void line(Formatter out, PerSecond expected, Scale scale, int top) {
        double parts = expected.parts();
        out.format("<path class=\"line\" d=\"");
        out.format("M%.1f %.1f", scale.x(0), scale.y(0, top));
        for (int bin = 0; bin < expected.bins(); bin++) {
            out.format(
                    "V%.1fH%.1f",
                    scale.y(expected.in(bin) * parts, top), scale.x((bin + 1) / parts));
        }
        out.format("V%.1f\"/>\n", scale.y(0, top));
    }

    private static void ready(Formatter out, double seconds, Scale scale, int top) {
        double x = scale.x(seconds);
        out.format(
                "<line class=\"limit\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n",
                x, top, x, top + PANEL);
        out.format(
                "<text class=\"small\" x=\"%.1f\" y=\"%d\">new server ready</text>\n",
                x + 5, top + 14);
    }

    private void legend(Formatter out, int height) {
        int y = height - 14;
        out.format(
                "<text class=\"small\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                (LEFT + WIDTH - RIGHT) / 2, y - 24, xLabel);
        int x = LEFT + 120;
        out.format(
                "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"14\" height=\"10\"/>\n", x, y - 10);
        out.format(
                "<text class=\"small\" x=\"%d\" y=\"%d\">at the server, by its log</text>\n",
                x + 20, y);
        out.format("<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"3\"/>\n", x + 184, y - 4);
        out.format("<text class=\"small\" x=\"%d\" y=\"%d\">client connected</text>\n", x + 194, y);
        out.format("<path class=\"line\" d=\"M%d %dh18\"/>\n", x + 322, y - 5);
        out.format("<text class=\"small\" x=\"%d\" y=\"%d\">expected</text>\n", x + 346, y);
    }

    /** The least of 1, 2, 5, 10, 20… that is not below. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1e-9))));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= least) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
