package imgurcaravan.demo.paint;

import java.util.List;

/**
 * The colours of a landscape at one time of the day.
 *
 * @param sky from the zenith down to the horizon
 * @param disc of the sun or the moon
 * @param glow of the sky around the sun or the moon
 * @param lit of the ground where the light falls on it
 * @param shade of the ground that is turned away from the light
 * @param haze what distance makes of every colour
 * @param ink of what stands against the light
 */
record Hour(List<Tone> sky, Tone disc, Tone glow, Tone lit, Tone shade, Tone haze, Tone ink) {

    static final Hour ROSE_DAWN = of(
            Tone.ramp(0x3a4a7c, 0x7a6ba6, 0xcf93b4, 0xf9bfa6, 0xffe3bd),
            0xfff4dc,
            0xffcf9c,
            0xf0b294,
            0x855f8e,
            0xf5bfae,
            0x38264d);

    static final Hour MILKY_DAWN = of(
            Tone.ramp(0x45739a, 0x8fb3c2, 0xd6d3c4, 0xf9dfb8, 0xffeccb),
            0xfffbe8,
            0xffe3ae,
            0xeec597,
            0x94788a,
            0xf6dfc0,
            0x3a3142);

    static final Hour GOLD_NOON = of(
            Tone.ramp(0x1666ae, 0x3f93d0, 0x8cc6e6, 0xd3eaf0),
            0xffffff,
            0xfff6dc,
            0xf8cf86,
            0xb87845,
            0xdfe3da,
            0x432818);

    static final Hour RED_NOON = of(
            Tone.ramp(0x12608f, 0x3590b8, 0x86c5d4, 0xdcebe0),
            0xffffff,
            0xfff1d8,
            0xee8f4c,
            0x8f3823,
            0xe6cfc0,
            0x35160f);

    static final Hour EMBER_DUSK = of(
            Tone.ramp(0x2a1a4a, 0x6d2a63, 0xc8445a, 0xf7813f, 0xffc65a),
            0xfff2bc,
            0xffb05a,
            0xe37a45,
            0x4c1f45,
            0xf58d4c,
            0x1d0c22);

    static final Hour PLUM_DUSK = of(
            Tone.ramp(0x14213d, 0x3d3a6b, 0x8a4f7d, 0xe07a5f, 0xf6cf8f),
            0xffe7c2,
            0xffa37a,
            0xd98263,
            0x3a2a57,
            0xe59474,
            0x151328);

    static final Hour BLUE_NIGHT = of(
            Tone.ramp(0x040817, 0x0a1533, 0x152d57, 0x316084),
            0xf4f1dc,
            0x7fa6c9,
            0x6f93b8,
            0x11213f,
            0x2c5478,
            0x040914);

    static final Hour VIOLET_NIGHT = of(
            Tone.ramp(0x070516, 0x150f35, 0x2f2158, 0x6b4a7f),
            0xfbeedb,
            0xa486c4,
            0x8e80b4,
            0x191338,
            0x523b70,
            0x08051a);

    static final Hour POLAR_NIGHT = of(
            Tone.ramp(0x030713, 0x061326, 0x0b2438, 0x1b4a55),
            0xeef6f0,
            0x4f8f8f,
            0x9fc6c8,
            0x0d2032,
            0x1c4651,
            0x030a12);

    private static Hour of(List<Tone> sky, int disc, int glow, int lit, int shade, int haze, int ink) {
        return new Hour(sky, Tone.of(disc), Tone.of(glow), Tone.of(lit), Tone.of(shade), Tone.of(haze), Tone.of(ink));
    }
}
