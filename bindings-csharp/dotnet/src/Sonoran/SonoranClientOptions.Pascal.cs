using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Sonoran;

// The habit of .NET. What prints or serializes options has each of them once, by the documented name.
public sealed partial class SonoranClientOptions
{
    /// <inheritdoc cref="apiKey"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? ApiKey
    {
        get => apiKey;
        set => apiKey = value;
    }

    /// <inheritdoc cref="communityId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CommunityId
    {
        get => communityId;
        set => communityId = value;
    }

    /// <inheritdoc cref="product"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public SonoranProduct Product
    {
        get => product;
        set => product = value;
    }

    /// <inheritdoc cref="defaultServerId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public int? DefaultServerId
    {
        get => defaultServerId;
        set => defaultServerId = value;
    }

    /// <inheritdoc cref="apiUrl"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? ApiUrl
    {
        get => apiUrl;
        set => apiUrl = value;
    }

    /// <inheritdoc cref="allowPlainHttp"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public bool? AllowPlainHttp
    {
        get => allowPlainHttp;
        set => allowPlainHttp = value;
    }

    /// <inheritdoc cref="apiHeaders"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IDictionary<string, string>? ApiHeaders
    {
        get => apiHeaders;
        set => apiHeaders = value;
    }

    /// <inheritdoc cref="timeout"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TimeSpan? Timeout
    {
        get => timeout;
        set => timeout = value;
    }

    /// <inheritdoc cref="connectTimeout"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TimeSpan? ConnectTimeout
    {
        get => connectTimeout;
        set => connectTimeout = value;
    }

    /// <inheritdoc cref="deadline"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TimeSpan? Deadline
    {
        get => deadline;
        set => deadline = value;
    }

    /// <inheritdoc cref="retries"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public int? Retries
    {
        get => retries;
        set => retries = value;
    }

    /// <inheritdoc cref="rateLimit"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public SonoranRateLimit? RateLimit
    {
        get => rateLimit;
        set => rateLimit = value;
    }

    /// <inheritdoc cref="maxWait"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TimeSpan? MaxWait
    {
        get => maxWait;
        set => maxWait = value;
    }

    /// <inheritdoc cref="onWait"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public Action<SonoranWaiting>? OnWait
    {
        get => onWait;
        set => onWait = value;
    }

    /// <inheritdoc cref="onAttempt"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public Action<SonoranAttempt>? OnAttempt
    {
        get => onAttempt;
        set => onAttempt = value;
    }

    /// <inheritdoc cref="onWarning"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public Action<SonoranWarning>? OnWarning
    {
        get => onWarning;
        set => onWarning = value;
    }

    /// <inheritdoc cref="ceilings"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IDictionary<string, int>? Ceilings
    {
        get => ceilings;
        set => ceilings = value;
    }

    /// <inheritdoc cref="shareLimits"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? ShareLimits
    {
        get => shareLimits;
        set => shareLimits = value;
    }

    /// <inheritdoc cref="shareLimitsFolder"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? ShareLimitsFolder
    {
        get => shareLimitsFolder;
        set => shareLimitsFolder = value;
    }

    /// <inheritdoc cref="shareLimitsFallback"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public SonoranShareLimitsFallback? ShareLimitsFallback
    {
        get => shareLimitsFallback;
        set => shareLimitsFallback = value;
    }

    /// <inheritdoc cref="shareLimitsMembers"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public int? ShareLimitsMembers
    {
        get => shareLimitsMembers;
        set => shareLimitsMembers = value;
    }

    /// <inheritdoc cref="rateWindow"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TimeSpan? RateWindow
    {
        get => rateWindow;
        set => rateWindow = value;
    }

    /// <inheritdoc cref="proxy"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Proxy
    {
        get => proxy;
        set => proxy = value;
    }

    /// <inheritdoc cref="rootCertificates"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IList<string>? RootCertificates
    {
        get => rootCertificates;
        set => rootCertificates = value;
    }

    /// <inheritdoc cref="idleTimeout"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TimeSpan? IdleTimeout
    {
        get => idleTimeout;
        set => idleTimeout = value;
    }

    /// <inheritdoc cref="userAgentSuffix"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? UserAgentSuffix
    {
        get => userAgentSuffix;
        set => userAgentSuffix = value;
    }

    /// <inheritdoc cref="debug"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public bool Debug
    {
        get => debug;
        set => debug = value;
    }

    /// <inheritdoc cref="throwErrors"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public bool ThrowErrors
    {
        get => throwErrors;
        set => throwErrors = value;
    }

    /// <inheritdoc cref="cmsApiKey"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CmsApiKey
    {
        get => cmsApiKey;
        set => cmsApiKey = value;
    }

    /// <inheritdoc cref="cmsCommunityId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CmsCommunityId
    {
        get => cmsCommunityId;
        set => cmsCommunityId = value;
    }

    /// <inheritdoc cref="cmsDefaultServerId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public int? CmsDefaultServerId
    {
        get => cmsDefaultServerId;
        set => cmsDefaultServerId = value;
    }

    /// <inheritdoc cref="cmsApiUrl"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CmsApiUrl
    {
        get => cmsApiUrl;
        set => cmsApiUrl = value;
    }

    /// <inheritdoc cref="cadApiKey"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CadApiKey
    {
        get => cadApiKey;
        set => cadApiKey = value;
    }

    /// <inheritdoc cref="cadCommunityId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CadCommunityId
    {
        get => cadCommunityId;
        set => cadCommunityId = value;
    }

    /// <inheritdoc cref="cadDefaultServerId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public int? CadDefaultServerId
    {
        get => cadDefaultServerId;
        set => cadDefaultServerId = value;
    }

    /// <inheritdoc cref="cadApiUrl"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? CadApiUrl
    {
        get => cadApiUrl;
        set => cadApiUrl = value;
    }

    /// <inheritdoc cref="radioApiKey"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? RadioApiKey
    {
        get => radioApiKey;
        set => radioApiKey = value;
    }

    /// <inheritdoc cref="radioCommunityId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? RadioCommunityId
    {
        get => radioCommunityId;
        set => radioCommunityId = value;
    }

    /// <inheritdoc cref="radioDefaultServerId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public int? RadioDefaultServerId
    {
        get => radioDefaultServerId;
        set => radioDefaultServerId = value;
    }

    /// <inheritdoc cref="radioApiUrl"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? RadioApiUrl
    {
        get => radioApiUrl;
        set => radioApiUrl = value;
    }

    /// <inheritdoc cref="radioServerUrl"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? RadioServerUrl
    {
        get => radioServerUrl;
        set => radioServerUrl = value;
    }

    /// <inheritdoc cref="radioRoomId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public int? RadioRoomId
    {
        get => radioRoomId;
        set => radioRoomId = value;
    }

    /// <inheritdoc cref="roomId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public int? RoomId
    {
        get => roomId;
        set => roomId = value;
    }
}
