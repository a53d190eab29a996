using System;
using System.Buffers;
using System.Text.Json;
using Sonoran.Native;

namespace Sonoran.Json;

/// <summary>Reads the core's answer to a call. Only its data become elements at once.</summary>
internal static class AnswerReader
{
    private const int Succeeded = 1;

    // The core lets nothing deeper through.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    /// <param name="answer">What stands beside the data.</param>
    /// <param name="data">The data as JSON.</param>
    internal static Envelope Read(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> data)
    {
        var reader = new RustReader(answer);
        if (reader.ReadVariant() != Succeeded)
        {
            return EnvelopeReader.Read(reader.ReadBytes());
        }

        var hasData = reader.ReadFlag();
        return new Envelope
        {
            Success = true,
            Status = reader.ReadSmall(),
            Attempts = reader.ReadCount(),
            Waited = reader.ReadTime(),
            RequestId = reader.ReadOptionalText(),
            MetaText = reader.ReadFlag() ? reader.ReadBytes().ToArray() : null,
            Data = hasData ? Element(data) : null,
        };
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
}
