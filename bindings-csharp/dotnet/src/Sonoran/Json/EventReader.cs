using System;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Reads what the core made of a body: an event, or a refusal, which alone has a <c>kind</c>.</summary>
internal static class EventReader
{
    internal static EventOutcome Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        string type = "", reason = "";
        string? accountId = null, kind = null;
        var status = 0;
        JsonElement data = default;
        reader.Read();
        while (EnvelopeReader.NextMember(ref reader) is { } name)
        {
            switch (name)
            {
                case "type":
                    type = reader.GetString()!;
                    break;
                case "accountId":
                    accountId = reader.GetString();
                    break;
                case "data":
                    data = JsonElement.ParseValue(ref reader);
                    break;
                case "kind":
                    kind = reader.GetString();
                    break;
                case "reason":
                    reason = reader.GetString()!;
                    break;
                case "status":
                    status = reader.GetInt32();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return kind is not null ? new(new EventError(Kind(kind), reason, status))
            // As in answers, a field that is not as documented takes the others from nobody.
            : new(data.ValueKind == JsonValueKind.Object ? KnownEvents.Of(type, accountId, data) : new UnknownEvent(type, accountId, data));
    }

    private static EventErrorKind Kind(string name) => name switch
    {
        "auth" => EventErrorKind.Auth,
        "tooLarge" => EventErrorKind.TooLarge,
        _ => EventErrorKind.Malformed,
    };
}
