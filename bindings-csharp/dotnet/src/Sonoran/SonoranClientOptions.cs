using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Sonoran;

/// <summary>The options of a <see cref="SonoranClient"/>. What is left null has the default that is named here.</summary>
/// <remarks>
/// Each has the name that it has in every language of the SDK, and that of .NET: <c>apiKey</c> and <c>ApiKey</c> are one. For
/// times, <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> stands for the longest bound, seven days.
/// </remarks>
public sealed partial class SonoranClientOptions
{
    /// <summary>The API key of the community. Required.</summary>
    /// <remarks>No serializer writes or reads it, Newtonsoft's neither; what binds configuration to options sets it.</remarks>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? apiKey { get; set; }

    /// <summary>The id of the community, as its panel shows it. Required.</summary>
    public string? communityId { get; set; }

    /// <summary>The product; <see cref="SonoranProduct.CMS"/>, the only one this package speaks.</summary>
    public SonoranProduct product { get; set; } = SonoranProduct.CMS;

    /// <summary>The server that a call means when it leaves its server id out; 1 by default.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int? defaultServerId { get; set; }

    /// <summary>
    /// The address of the API: https, or http to this machine. By default the environment variable
    /// <c>SONORAN_CMS_API_URL</c>, else the production address.
    /// </summary>
    public string? apiUrl { get; set; }

    /// <summary>Whether plain http is allowed to other machines than this one, such as an emulator in a test network.</summary>
    /// <remarks>The key crosses the network for all to read. By default what the environment variable <c>SONORAN_ALLOW_PLAIN_HTTP</c> says (<c>1</c>), else not.</remarks>
    public bool? allowPlainHttp { get; set; }

    /// <summary>Headers to send with every request, by name. <see cref="AddHeaders(IEnumerable{KeyValuePair{string, string}})"/> takes other collections.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public IDictionary<string, string>? apiHeaders { get; set; }

    /// <summary>Bound on all attempts of a call and the pauses between them; 30 seconds by default.</summary>
    /// <remarks>Waiting for a slot of the rate limit counts apart: see <see cref="maxWait"/>.</remarks>
    public TimeSpan? timeout { get; set; }

    /// <summary>Bound on making a connection; 10 seconds by default.</summary>
    public TimeSpan? connectTimeout { get; set; }

    /// <summary>Bound on a whole call, waiting for slots included; none by default.</summary>
    public TimeSpan? deadline { get; set; }

    /// <summary>How often a failed attempt may be repeated; 2 by default, so at most 3 attempts.</summary>
    public int? retries { get; set; }

    /// <summary>What a call does when no slot of its rate limit is free; it waits by default.</summary>
    public SonoranRateLimit? rateLimit { get; set; }

    /// <summary>Bound on a call's waiting for slots; none by default.</summary>
    /// <remarks>A call that would pass it fails at once, since the wait is known beforehand.</remarks>
    public TimeSpan? maxWait { get; set; }

    /// <summary>
    /// Is called once for each call whose waiting for slots passes a second, on a thread of the pool; one call at a time.
    /// What it throws is ignored. Dispose the client when it is no longer used.
    /// </summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public Action<SonoranWaiting>? onWait { get; set; }

    /// <summary>
    /// Is called after each request of a call, whatever came of it, before the call returns, on a thread of the pool;
    /// those of one call one after the other, those of several calls perhaps at once. What it throws is ignored.
    /// </summary>
    /// <remarks>A request whose call is cancelled is not told of. For traces and metrics, listen to <c>Sonoran.Net</c> instead.</remarks>
    [JsonIgnore]
    [IgnoreDataMember]
    public Action<SonoranAttempt>? onAttempt { get; set; }

    /// <summary>
    /// Is called with what the client warns of, such as rate limits that can't be shared, and that this is over: before
    /// the constructor returns, or later on a thread of the pool, one warning at a time. What it throws is ignored. Without
    /// it warnings are written to standard error. Dispose the client when it is no longer used: until then it keeps what
    /// this refers to.
    /// </summary>
    /// <remarks>Clients of a host's services, and those of <c>LogTo</c>, write them to their log.</remarks>
    [JsonIgnore]
    [IgnoreDataMember]
    public Action<SonoranWarning>? onWarning { get; set; }

    /// <summary>Calls per minute by method name, such as <c>getAccountV2</c>, instead of the documented ceiling.</summary>
    public IDictionary<string, int>? ceilings { get; set; }

    /// <summary>For how long the service counts a call: 60 seconds. Less is for an emulator that counts for a shorter time; the service would answer 429.</summary>
    public TimeSpan? rateWindow { get; set; }

    /// <summary>
    /// With whom the rate limits are shared: <c>"process"</c>, the clients of this process; <c>"machine"</c>, all
    /// processes of this machine that say so; or the URL of a Valkey or Redis server (<c>redis://</c>, <c>rediss://</c> or
    /// <c>unix:</c>), all that name it. By default what the environment's <c>SONORAN_SHARE_LIMITS</c> says, else
    /// <c>"process"</c>.
    /// </summary>
    /// <remarks>A URL may have a password in it, so no serializer writes or reads it; what binds configuration to options sets it.</remarks>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? shareLimits { get; set; }

    /// <summary>
    /// The folder of the files that a machine's processes share through, a whole path. By default what the environment's
    /// <c>SONORAN_SHARE_LIMITS_FOLDER</c> says, else one of the user's own in the temporary folder.
    /// </summary>
    public string? shareLimitsFolder { get; set; }

    /// <summary>What is done while the limits can't be shared; they are divided by default, or what the environment's <c>SONORAN_SHARE_LIMITS_FALLBACK</c> says.</summary>
    public SonoranShareLimitsFallback? shareLimitsFallback { get; set; }

    /// <summary>How many processes share the limits, and into how many parts each is divided while they can't; 2 by default, or <c>SONORAN_SHARE_LIMITS_MEMBERS</c>.</summary>
    public int? shareLimitsMembers { get; set; }

    /// <summary>The proxy to use, as a URL; by default what the environment names.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? proxy { get; set; }

    /// <summary>Certificates (PEM text) to trust beside the platform's and those of <c>SSL_CERT_FILE</c> and <c>SSL_CERT_DIR</c>.</summary>
    public IList<string>? rootCertificates { get; set; }

    /// <summary>How long an idle connection is kept; 4 seconds by default, less than servers keep theirs.</summary>
    public TimeSpan? idleTimeout { get; set; }

    /// <summary>What to append to the <c>User-Agent</c> header, such as the name of your program.</summary>
    public string? userAgentSuffix { get; set; }

    /// <summary>Whether to write a line to standard error for each attempt. The key is never in it.</summary>
    public bool debug { get; set; }

    /// <summary>Whether a failed call throws a <see cref="SonoranError"/> instead of answering with a response that says so, and <c>value</c> an
    /// <see cref="InvalidResponseError"/> where the data are not as documented, as <c>unwrap()</c> does.</summary>
    public bool throwErrors { get; set; }

    /// <summary>The community and product; no secret.</summary>
    public override string ToString() => $"SonoranClientOptions {{ product = {product}, communityId = {communityId} }}";
}
