package imgurcaravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.demo.DemoImage.Format;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageCommentTest {

    private static final DemoPictures PICTURES = new DemoPictures();

    private static byte[] file(Format format) {
        return PICTURES.file(new DemoImage("abcdeFG", 0, format, false));
    }

    private static List<BufferedImage> frames(Format format, byte[] file) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByMIMEType(format.type()).next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in);
            List<BufferedImage> frames = new ArrayList<>();
            for (int i = 0; i < reader.getNumImages(true); i++) {
                frames.add(reader.read(i));
            }
            return frames;
        } finally {
            reader.dispose();
        }
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    @ParameterizedTest
    @EnumSource
    void leavesThePictureAsItIs(Format format) throws IOException {
        byte[] file = file(format);

        byte[] more = ImageComment.add(format, file, "one more");

        List<BufferedImage> before = frames(format, file);
        List<BufferedImage> after = frames(format, more);
        assertThat(after).hasSameSizeAs(before);
        assertThat(after.size()).isGreaterThan(format == Format.GIF ? 1 : 0);
        for (int i = 0; i < after.size(); i++) {
            assertThat(pixels(after.get(i))).isEqualTo(pixels(before.get(i)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void addsAsManyBytesAsItSays(Format format) {
        byte[] file = file(format);

        assertThat(ImageComment.add(format, file, "comment").length)
                .isEqualTo(file.length + ImageComment.size(format, "comment"));
    }

    @ParameterizedTest
    @EnumSource
    void holdsTheIdOfTheImage(Format format) {
        assertThat(new String(file(format), StandardCharsets.ISO_8859_1)).contains("https://imgur.com/abcdeFG");
    }

    @Test
    void putsAChecksumOnAChunk() {
        ByteBuffer file = ByteBuffer.wrap(file(Format.PNG));
        int chunk = 33;
        int length = file.getInt(chunk);
        CRC32 crc = new CRC32();
        crc.update(file.array(), chunk + 4, 4 + length);

        assertThat(new String(file.array(), chunk + 4, 4, StandardCharsets.US_ASCII))
                .isEqualTo("tEXt");
        assertThat(file.getInt(chunk + 8 + length)).isEqualTo((int) crc.getValue());
    }

    @Test
    void fitsEveryPictureOfTheGallery() throws IOException {
        Set<Integer> pictures = new HashSet<>();
        for (DemoPost post : Catalogue.posts(24)) {
            for (DemoImage image : post.images()) {
                BufferedImage first =
                        frames(image.format(), PICTURES.file(image)).get(0);
                assertThat(first.getWidth()).isEqualTo(image.format().width());
                assertThat(first.getHeight()).isEqualTo(image.format().height());
                pictures.add(Arrays.hashCode(pixels(first)));
            }
        }

        assertThat(pictures).as("different pictures").hasSize(14);
    }
}
