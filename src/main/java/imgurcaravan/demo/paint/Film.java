package imgurcaravan.demo.paint;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.IntFunction;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes pictures as an animated GIF that repeats for ever. */
final class Film {

    private static final String FORMAT = "javax_imageio_gif_image_1.0";
    private static final int HUNDREDTHS_PER_FRAME = 9;
    private static final int SEE_THROUGH = Palette.SIZE;

    private Film() {}

    /**
     * Writes a GIF.
     *
     * @param frames how many there are, at least 1
     * @param painter gives the frame of an index, 0 to frames - 1, as a picture of type {@code TYPE_INT_RGB}; all are
     *     equally large, and it is asked twice for some
     */
    static byte[] write(int frames, IntFunction<BufferedImage> painter) throws IOException {
        Palette palette = Palette.of(pixels(painter.apply(0)), pixels(painter.apply(frames / 2)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            byte[] shown = null;
            for (int i = 0; i < frames; i++) {
                BufferedImage painted = painter.apply(i);
                byte[] next = palette.indexes(pixels(painted), painted.getWidth());
                BufferedImage frame = frame(palette, painted, next, shown);
                shown = next;
                writer.writeToSequence(new IIOImage(frame, null, metadata(writer, frame, i == 0)), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** The next frame, see-through wherever it repeats what is {@code shown}, which makes it small. */
    private static BufferedImage frame(Palette palette, BufferedImage painted, byte[] next, byte[] shown) {
        IndexColorModel colours = palette.colours(SEE_THROUGH);
        BufferedImage frame =
                new BufferedImage(painted.getWidth(), painted.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, colours);
        byte[] target = ((DataBufferByte) frame.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < target.length; i++) {
            target[i] = shown != null && shown[i] == next[i] ? (byte) SEE_THROUGH : next[i];
        }
        return frame;
    }

    private static int[] pixels(BufferedImage image) {
        return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }

    private static IIOMetadata metadata(ImageWriter writer, BufferedImage frame, boolean first) throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), null);
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "doNotDispose");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "TRUE");
        control.setAttribute("transparentColorIndex", Integer.toString(SEE_THROUGH));
        control.setAttribute("delayTime", Integer.toString(HUNDREDTHS_PER_FRAME));
        if (first) {
            IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            // Sub-block 1 holds the number of repeats, two bytes; 0 stands for no end.
            loop.setUserObject(new byte[] {1, 0, 0});
            child(root, "ApplicationExtensions").appendChild(loop);
        }
        metadata.setFromTree(FORMAT, root);
        return metadata;
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
        for (int i = 0; i < root.getLength(); i++) {
            if (root.item(i).getNodeName().equals(name)) {
                return (IIOMetadataNode) root.item(i);
            }
        }
        IIOMetadataNode child = new IIOMetadataNode(name);
        root.appendChild(child);
        return child;
    }
}
