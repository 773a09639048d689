package imgurcaravan.demo.paint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PainterTest {

    private enum Format {
        JPEG("ffd8ff", "ffd9"),
        PNG("89504e470d0a1a0a", "49454e44ae426082"),
        GIF("474946383961", "003b");

        private final String start;
        private final String end;

        Format(String start, String end) {
            this.start = start;
            this.end = end;
        }

        byte[] paint(long seed, int width, int height) {
            return switch (this) {
                case JPEG -> Painter.jpeg(seed, width, height);
                case PNG -> Painter.png(seed, width, height);
                case GIF -> Painter.gif(seed, width, height, 3);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void isDecodableAtTheAskedSize(Format format) throws IOException {
        byte[] file = format.paint(5, 96, 64);

        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));

        assertThat(image.getWidth()).isEqualTo(96);
        assertThat(image.getHeight()).isEqualTo(64);
    }

    @ParameterizedTest
    @EnumSource
    void startsAndEndsAsItsFormatDoes(Format format) {
        byte[] file = format.paint(5, 96, 64);

        assertThat(HexFormat.of().formatHex(file)).startsWith(format.start).endsWith(format.end);
    }

    @ParameterizedTest
    @EnumSource
    void isTheSameForTheSameSeed(Format format) {
        for (long seed = 0; seed < 10; seed++) {
            assertThat(format.paint(seed, 48, 32)).isEqualTo(format.paint(seed, 48, 32));
        }
    }

    @ParameterizedTest
    @EnumSource
    void differsBetweenSeeds(Format format) {
        // Seeds 0 and 70 get the same kind of picture in every format.
        byte[] one = format.paint(0, 96, 64);
        byte[] neighbour = format.paint(1, 96, 64);
        byte[] sameKind = format.paint(70, 96, 64);

        assertThat(one).isNotEqualTo(neighbour);
        assertThat(one).isNotEqualTo(sameKind);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, Long.MAX_VALUE})
    void isColourful(long seed) throws IOException {
        byte[] file = Painter.jpeg(seed, 160, 100);

        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));

        int[] pixels = image.getRGB(0, 0, 160, 100, null, 0, 160);
        assertThat(Arrays.stream(pixels).distinct().count()).isGreaterThan(200);
    }

    @ParameterizedTest
    @CsvSource({"16, 16", "16, 200", "300, 16", "120, 200"})
    void paintsEveryKindInAnyShape(int width, int height) {
        for (long seed = 0; seed < 10; seed++) {
            assertThat(Painter.png(seed, width, height)).isNotEmpty();
        }
        for (long seed = 0; seed < 7; seed++) {
            assertThat(Painter.gif(seed, width, height, 1)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void hasTheAskedNumberOfFrames(int frames) throws IOException {
        byte[] file = Painter.gif(3, 96, 64, frames);

        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(frames);
        } finally {
            reader.dispose();
        }
    }

    @Test
    void repeatsForEver() throws IOException {
        byte[] file = Painter.gif(3, 96, 64, 2);

        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in);
            IIOMetadataNode root =
                    (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
            IIOMetadataNode control = (IIOMetadataNode)
                    root.getElementsByTagName("GraphicControlExtension").item(0);
            IIOMetadataNode loop = (IIOMetadataNode)
                    root.getElementsByTagName("ApplicationExtension").item(0);
            assertThat(control.getAttribute("delayTime")).isEqualTo("9");
            assertThat(loop.getAttribute("applicationID")).isEqualTo("NETSCAPE");
            assertThat((byte[]) loop.getUserObject()).containsExactly(1, 0, 0);
        } finally {
            reader.dispose();
        }
    }

    @ParameterizedTest
    @CsvSource({"15, 100, width", "8193, 100, width", "100, 15, height", "100, 8193, height", "-1, 100, width"})
    void refusesSizesOutOfRange(int width, int height, String culprit) {
        for (Format format : Format.values()) {
            assertThatThrownBy(() -> format.paint(1, width, height))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(culprit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 101})
    void refusesFramesOutOfRange(int frames) {
        assertThatThrownBy(() -> Painter.gif(1, 100, 100, frames))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames");
    }
}
