using System;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Reads a whole response as the core writes it: that to a call that failed, or whose answer was other than expected.</summary>
internal static class EnvelopeReader
{
    internal static Envelope Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var envelope = new Envelope();
        reader.Read();
        while (NextMember(ref reader) is { } name)
        {
            switch (name)
            {
                case "success":
                    envelope.Success = reader.GetBoolean();
                    break;
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

        if (envelope.Success)
        {
            envelope.TryTake(AnswerReader.Element(json));
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

    /// <summary>A value, but for one that is too deep to be read.</summary>
    private static JsonElement? Element(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Null && Depth(reader) <= AnswerReader.MaxDepth)
        {
            return JsonElement.ParseValue(ref reader);
        }

        reader.Skip();
        return null;
    }

    /// <summary>How deep the value is that a reader stands before, which stays there.</summary>
    private static int Depth(Utf8JsonReader reader)
    {
        var (start, deepest) = (reader.CurrentDepth, 0);
        while (reader.Read() && reader.CurrentDepth > start)
        {
            deepest = Math.Max(deepest, reader.CurrentDepth - start);
        }

        return deepest;
    }
}
