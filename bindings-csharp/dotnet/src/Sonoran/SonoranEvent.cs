using System.Text.Json;

namespace Sonoran;

/// <summary>A push event that proved itself with the community's key; the key is not in it.</summary>
/// <remarks>
/// Each documented type is a class of its own with its data, so that <c>switch</c> tells them apart. Whoever acts on an
/// event should first look the account up again: plain http proves nothing to those on the way.
/// </remarks>
public abstract class SonoranEvent
{
    private protected SonoranEvent(string type, string? accountId, JsonElement rawData)
    {
        Type = type;
        AccountId = accountId;
        RawData = rawData;
    }

    /// <summary>The constant that names its type, such as <c>ACCOUNT_KICKED</c>.</summary>
    public string Type { get; }

    /// <summary>The account it is about, whichever name the data have for it (<c>accountId</c> or <c>accId</c>).</summary>
    public string? AccountId { get; }

    /// <summary>The data as they came; of kind <see cref="JsonValueKind.Null"/> where there were none.</summary>
    public JsonElement RawData { get; }

    /// <summary>Type and account.</summary>
    public override string ToString() => $"{Type} of {AccountId ?? "no account"}";
}
