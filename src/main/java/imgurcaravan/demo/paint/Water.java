package imgurcaravan.demo.paint;

/**
 * Still water that mirrors what is painted above its shore.
 *
 * @param depth the colour of the water itself
 * @param shore where it begins, in picture heights from the top
 */
record Water(Tone depth, double shore) {

    /** Fills the canvas with water from the shore down. */
    void paint(Canvas canvas) {
        Noise noise = new Noise(77);
        double unit = 1.0 / canvas.height();
        int first = (int) Math.ceil(shore * canvas.height());
        for (int y = first; y < canvas.height(); y++) {
            double below = y * unit - shore;
            double glitter = 0.22 * Math.min(1, 0.1 / (0.06 + below));
            // Waves look closer together the further away they are.
            double place = 28.8 * Math.log(0.02 + below);
            for (int x = 0; x < canvas.width(); x++) {
                double ripple = noise.cloudy(x * unit * 5, place, 2) - 0.5;
                double shift = ripple * below * 0.16;
                int mirrorY = (int) (2 * first - y - 1 + shift * canvas.height());
                int mirrorX = (int) (x + shift * 0.3 * canvas.height());
                mirrorY = Math.max(0, Math.min(first - 1, mirrorY));
                mirrorX = Math.max(0, Math.min(canvas.width() - 1, mirrorX));
                Tone tone = canvas.get(mirrorX, mirrorY).mix(depth, 0.16 + 0.5 * below);
                canvas.set(x, y, tone.plus(tone, ripple * glitter));
            }
        }
    }
}
