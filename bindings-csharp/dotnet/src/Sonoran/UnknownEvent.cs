using System.Text.Json;

namespace Sonoran;

/// <summary>An event of a type that is not documented, or whose data are no object.</summary>
public sealed class UnknownEvent : SonoranEvent
{
    internal UnknownEvent(string type, string? accountId, JsonElement data)
        : base(type, accountId, data)
    {
    }

    /// <summary>The data as they came; of kind <see cref="JsonValueKind.Null"/> where there were none.</summary>
    public JsonElement Data => RawData;
}
