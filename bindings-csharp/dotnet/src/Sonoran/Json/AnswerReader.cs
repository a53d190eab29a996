using System;
using System.Buffers;
using System.Text.Json;
using Sonoran.Native;

namespace Sonoran.Json;

/// <summary>Reads the core's answer to a call. What the service answered is read here alone where it is as expected.</summary>
internal static class AnswerReader
{
    private const int Failed = 2;
    private const int Unread = 3;

    /// <summary>As deep as the core reads JSON. The time that a document takes grows with the square of its depth.</summary>
    internal const int MaxDepth = 128;

    internal static readonly JsonDocumentOptions Deep = new() { MaxDepth = MaxDepth };

    /// <param name="answer">What stands beside the data.</param>
    /// <param name="data">The data as JSON, of an answer that the core has read; empty where it has none.</param>
    internal static Envelope Read(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> data)
    {
        var reader = new RustReader(answer);
        var variant = reader.ReadVariant();
        if (variant == Failed)
        {
            return EnvelopeReader.Read(reader.ReadBytes());
        }

        var envelope = new Envelope
        {
            Success = true,
            Status = reader.ReadSmall(),
            Attempts = reader.ReadCount(),
            Waited = reader.ReadTime(),
            RequestId = reader.ReadOptionalText(),
        };
        if (variant == Unread)
        {
            return Read(ref reader, envelope);
        }

        envelope.Data = data.IsEmpty ? null : Element(data);
        return envelope;
    }

    /// <summary>A document of its own, so that the bytes need not stay.</summary>
    /// <remarks>Read in one go, for which a document has to have the bytes; <c>ParseValue</c> reads twice.</remarks>
    internal static JsonElement Element(ReadOnlySpan<byte> json)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(json.Length);
        try
        {
            json.CopyTo(bytes);
            using var document = JsonDocument.Parse(bytes.AsMemory(0, json.Length), Deep);
            return document.RootElement.Clone();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>An answer that does not say <c>"success": true</c> once, or is no JSON, is the core's to judge.</summary>
    private static Envelope Read(ref RustReader reader, Envelope envelope)
    {
        var unread = new UnreadAnswer(ref reader);
        try
        {
            return Parsed(unread.Envelope) is { ValueKind: JsonValueKind.Object } answer && envelope.TryTake(answer)
                ? envelope
                : EnvelopeReader.Read(unread.Read());
        }
        finally
        {
            unread.Free();
        }
    }

    private static JsonElement? Parsed(ReadOnlySpan<byte> json)
    {
        try
        {
            return Element(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
