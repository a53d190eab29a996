using System;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>A response as the core answers it.</summary>
internal sealed class Envelope
{
    // Undefined where there are none, which takes less than what may be null.
    private JsonElement _data;
    private JsonElement _meta;
    private SonoranFailure? _error;

    /// <summary>The method's name, which the caller knows.</summary>
    internal string Operation { get; set; } = "";

    /// <summary>Whether the client throws where an answer is not as it should be.</summary>
    internal bool Throws { get; set; }

    internal bool Success { get; set; }

    internal int? Status { get; set; }

    internal JsonElement? Data
    {
        get => Given(_data);
        set => _data = value.GetValueOrDefault();
    }

    internal string? Reason { get; set; }

    /// <summary>The service's meta, which few ask for.</summary>
    internal JsonElement? Meta => Given(_meta);

    internal string? RequestId { get; set; }

    internal int Attempts { get; set; }

    internal TimeSpan Waited { get; set; }

    internal SonoranFailure? Error
    {
        get
        {
            if (_error is not null)
            {
                _error.Reason = Reason;
            }

            return _error;
        }

        set => _error = value;
    }

    /// <summary>Takes data and meta of a success from the object that has them, if each of its members is there once.</summary>
    internal bool TryTake(JsonElement answer)
    {
        var (success, data, meta) = (default(JsonElement), default(JsonElement), default(JsonElement));
        foreach (var member in answer.EnumerateObject())
        {
            if ((member.NameEquals("success"u8) && !First(ref success, member))
                || (member.NameEquals("data"u8) && !First(ref data, member))
                || (member.NameEquals("meta"u8) && !First(ref meta, member)))
            {
                return false;
            }
        }

        (_data, _meta) = (data, meta);
        return success.ValueKind == JsonValueKind.True;
    }

    /// <summary>The answer where the native library itself failed.</summary>
    internal static Envelope Fault(string operation, string reason) => new()
    {
        Reason = reason,
        Error = new SonoranFailure { kind = SonoranErrorKind.Internal, operation = operation },
    };

    private static bool First(ref JsonElement taken, JsonProperty member)
    {
        var isFirst = taken.ValueKind == JsonValueKind.Undefined;
        taken = member.Value;
        return isFirst;
    }

    private static JsonElement? Given(JsonElement element) =>
        element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : element;
}
