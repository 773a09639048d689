package imgurcaravan.bench;

import java.util.List;
import java.util.Locale;

/** An SVG bar chart of how long each way takes, readable on light and dark backgrounds. */
final class BarChart {

    private static final int LABELS = 300;
    private static final int BARS = 420;
    private static final int ROW = 24;
    private static final int TOP = 44;

    /** Longer bars are cut, so that the short ones can be distinguished. */
    private static final double MOST_FLOORS = 8;

    private static final String STYLE = """
            text { font: 13px system-ui, sans-serif; fill: #1f2328 }
            .small { font-size: 11px; fill: #59636e }
            .ours { fill: #1f6feb } .warm { fill: #54aeff } .peer { fill: #8c959f }
            .floor { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 4 3 }
            .cut { stroke: #ffffff; stroke-width: 4 }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3 } .small { fill: #9198a1 } .floor { stroke: #ff7b72 } .cut { stroke: #0d1117 }
            }
            """;

    private BarChart() {}

    static String draw(String title, List<Summary> summaries, double floor) {
        double longest = summaries.stream().mapToDouble(Summary::seconds).max().orElse(floor);
        double scale = BARS / Math.min(longest, MOST_FLOORS * floor);
        int height = TOP + ROW * summaries.size() + 30;
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                LABELS + BARS + 70,
                height,
                escaped(title));
        add(svg, "<style>%n%s</style>", STYLE);
        add(svg, "<text x=\"8\" y=\"20\">%s</text>", escaped(title));
        int y = TOP;
        for (Summary summary : summaries) {
            bar(svg, summary, scale, y);
            y += ROW;
        }
        double x = LABELS + floor * scale;
        add(svg, "<line class=\"floor\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, TOP - 6, y);
        add(
                svg,
                "<text class=\"small\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">floor %.2f s</text>",
                x,
                y + 14,
                floor);
        add(
                svg,
                "<text class=\"small\" x=\"%d\" y=\"%d\" text-anchor=\"end\">median; shorter is better</text>",
                LABELS + BARS + 60,
                y + 14);
        return svg.append("</svg>\n").toString();
    }

    private static void bar(StringBuilder svg, Summary summary, double scale, int y) {
        double wanted = summary.seconds() * scale;
        double width = Math.min(wanted, BARS);
        String kind = summary.kind() == Way.WayKind.PEER ? "peer" : summary.warm() ? "warm" : "ours";
        add(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LABELS - 8, y + 13, escaped(summary.title()));
        add(
                svg,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
                kind,
                LABELS,
                y,
                width,
                ROW - 7);
        if (wanted > BARS) {
            double cut = LABELS + BARS - 24.0;
            add(
                    svg,
                    "<line class=\"cut\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    cut,
                    cut + 8,
                    y + ROW - 5,
                    y - 2);
        }
        add(svg, "<text x=\"%.1f\" y=\"%d\">%.2f s</text>", LABELS + width + 6, y + 13, summary.seconds());
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
