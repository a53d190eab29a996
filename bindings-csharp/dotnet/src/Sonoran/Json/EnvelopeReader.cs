using System;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Reads the core's answer to a call that failed, in one pass.</summary>
internal static class EnvelopeReader
{
    internal static Envelope Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var envelope = new Envelope();
        reader.Read();
        while (NextMember(ref reader) is { } name)
        {
            switch (name)
            {
                case "status":
                    envelope.Status = reader.TokenType == JsonTokenType.Null ? null : reader.GetInt32();
                    break;
                case "reason":
                    envelope.Reason = reader.GetString();
                    break;
                case "requestId":
                    envelope.RequestId = reader.GetString();
                    break;
                case "attempts":
                    envelope.Attempts = reader.GetInt32();
                    break;
                case "waited":
                    envelope.Waited = Seconds.Of(reader.GetDouble());
                    break;
                case "error":
                    envelope.Error = reader.TokenType == JsonTokenType.Null ? null : ReadFailure(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return envelope;
    }

    private static SonoranFailure ReadFailure(ref Utf8JsonReader reader)
    {
        var failure = new SonoranFailure();
        while (NextMember(ref reader) is { } name)
        {
            switch (name)
            {
                case "kind":
                    failure.kind = reader.GetString()!;
                    break;
                case "problem":
                    failure.problemJson = Element(ref reader);
                    failure.problem = failure.problemJson is { } problem ? Json.Read.OfProblem(problem) : null;
                    break;
                case "retryAfter":
                    failure.retryAfter = reader.TokenType == JsonTokenType.Null ? null : Seconds.Of(reader.GetDouble());
                    break;
                case "attempts":
                    failure.attempts = reader.GetInt32();
                    break;
                case "operation":
                    failure.operation = reader.GetString()!;
                    break;
                case "requestId":
                    failure.requestId = reader.GetString();
                    break;
                case "traceId":
                    failure.traceId = reader.GetString();
                    break;
                case "refusal":
                    failure.refusal = reader.GetString();
                    break;
                case "outcomeUnknown":
                    failure.outcomeUnknown = reader.GetBoolean();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return failure;
    }

    /// <summary>Moves to the next member's value; null at the end of the object.</summary>
    internal static string? NextMember(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        var name = reader.GetString();
        reader.Read();
        return name;
    }

    private static JsonElement? Element(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null ? null : JsonElement.ParseValue(ref reader);
}
