using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Sonoran;

// One object may hold the credentials of all products. Those of the CMS count here, and may not differ from the plain
// ones; the others are checked and kept for the day when their products are spoken.
public sealed partial class SonoranClientOptions
{
    /// <summary>The API key of the CMS, where the options hold one for each product; may not differ from <see cref="apiKey"/>.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? cmsApiKey { get; set; }

    /// <summary>The community's id in the CMS; may not differ from <see cref="communityId"/>.</summary>
    public string? cmsCommunityId { get; set; }

    /// <summary>The default server in the CMS; may not differ from <see cref="defaultServerId"/>.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int? cmsDefaultServerId { get; set; }

    /// <summary>The address of the CMS API; may not differ from <see cref="apiUrl"/>.</summary>
    public string? cmsApiUrl { get; set; }

    /// <summary>The API key of the CAD. Not used yet, and never sent.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? cadApiKey { get; set; }

    /// <summary>The community's id in the CAD. Not used yet.</summary>
    public string? cadCommunityId { get; set; }

    /// <summary>The default server in the CAD. Not used yet.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int? cadDefaultServerId { get; set; }

    /// <summary>The address of the CAD API. Not used yet.</summary>
    public string? cadApiUrl { get; set; }

    /// <summary>The API key of Radio. Not used yet, and never sent.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? radioApiKey { get; set; }

    /// <summary>The community's id in Radio. Not used yet.</summary>
    public string? radioCommunityId { get; set; }

    /// <summary>The default server in Radio. Not used yet.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int? radioDefaultServerId { get; set; }

    /// <summary>The address of the Radio API. Not used yet.</summary>
    public string? radioApiUrl { get; set; }

    /// <summary>The address of a Radio server. Not used yet.</summary>
    public string? radioServerUrl { get; set; }

    /// <summary>The room in Radio. Not used yet.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int? radioRoomId { get; set; }

    /// <summary>The room, where the product is Radio. Not used yet.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int? roomId { get; set; }
}
