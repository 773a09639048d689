/**
 * The pictures of the demo's stand-in gallery, painted without fonts, files or a screen.
 *
 * <p>In comes a seed and a size; out goes a JPEG, a PNG or an animated GIF, the same for the same seed.
 */
package imgurcaravan.demo.paint;
