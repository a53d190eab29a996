using System;
using System.IO;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Writes JSON for the core, and names the place of what cannot be written.</summary>
internal static class JsonText
{
    /// <param name="name">What errors call the whole; nothing, where its members go by their own names.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="ArgumentException">Something in it has no JSON, or is refused.</exception>
    internal static byte[] Write(string name, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = WholeUnicodeEncoder.Instance });
        try
        {
            write(writer);
            writer.Flush();
            return stream.ToArray();
        }
        catch (Exception exception)
        {
            // Of any kind: a getter may throw whatever it likes, a cancellation too, which is not that of the call.
            // What was written before the fault leads to its place.
            writer.Flush();
            throw Misuse(WrittenPath.End(name, stream.ToArray()), exception);
        }
    }

    private static ArgumentException Misuse(string path, Exception cause)
    {
        var (place, words) = cause is RefusedValueException refused
            ? (path + refused.Within, refused.Message)
            : (path, $"cannot be made JSON: {cause.Message}");
        return new ArgumentException($"{place} {words}", place, cause);
    }
}
