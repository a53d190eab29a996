using System;
using System.Buffers;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Writes JSON for the core, and names the place of what cannot be written.</summary>
internal static class JsonText
{
    /// <summary>How deep System.Text.Json goes.</summary>
    private const int Deepest = 64;

    /// <summary>A writer that refuses what is no whole text.</summary>
    internal static Utf8JsonWriter Writer(IBufferWriter<byte> to) => new(to, new JsonWriterOptions { Encoder = WholeUnicodeEncoder.Instance });

    /// <summary>Writes JSON alone.</summary>
    /// <inheritdoc cref="Write{T}(TextBuffer, Utf8JsonWriter, string, T, Action{Utf8JsonWriter, T})"/>
    internal static byte[] Write<T>(string name, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new TextBuffer();
        using var writer = Writer(buffer);
        Write(buffer, writer, name, value, write);
        return buffer.Written.ToArray();
    }

    /// <summary>Writes JSON behind what is there.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="writer">The writer into it.</param>
    /// <param name="name">What errors call the whole; nothing, where its members go by their own names.</param>
    /// <param name="value">What to write.</param>
    /// <param name="write">Writes it.</param>
    /// <returns>How long it is.</returns>
    /// <exception cref="ArgumentException">Something in it has no JSON, or is refused.</exception>
    internal static int Write<T>(TextBuffer buffer, Utf8JsonWriter writer, string name, T value, Action<Utf8JsonWriter, T> write)
    {
        var start = buffer.Length;
        try
        {
            writer.Reset();
            write(writer, value);
            writer.Flush();
            return buffer.Length - start;
        }
        catch (Exception exception)
        {
            // Of any kind: a getter may throw whatever it likes, a cancellation too, which is not that of the call.
            // What was written before the fault leads to its place.
            writer.Flush();
            var written = buffer.Written.Slice(start).ToArray();
            throw exception is JsonException && writer.CurrentDepth >= Deepest ? TooDeep(name, written, exception) : Misuse(WrittenPath.End(name, written), exception);
        }
    }

    private static ArgumentException TooDeep(string name, byte[] written, Exception cause) => new(
        $"{name} goes deeper than {Deepest} levels, so that something in it most likely holds itself: {WrittenPath.Start(name, written)}. "
        + "Give an object with the fields alone that are meant",
        name,
        cause);

    private static ArgumentException Misuse(string path, Exception cause)
    {
        var (place, words) = cause is RefusedValueException refused
            ? (path + refused.Within, refused.Message)
            : (path, $"cannot be made JSON: {cause.Message}");
        return new ArgumentException($"{place} {words}", place, cause is RefusedValueException { InnerException: { } own } ? own : cause);
    }
}
