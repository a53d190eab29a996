using System;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Sonoran;

/// <summary>What can be set for one call; what is left null is the client's, and <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> stands for the longest bound, seven days.</summary>
public sealed class SonoranCallOptions
{
    /// <summary>Bound on all attempts and the pauses between them.</summary>
    public TimeSpan? timeout { get; set; }

    /// <summary>Bound on the whole call, waiting for a slot of the rate limit included.</summary>
    public TimeSpan? deadline { get; set; }

    /// <summary>How often a failed attempt may be repeated.</summary>
    public int? retries { get; set; }

    /// <summary>Bound on waiting for a slot of the rate limit.</summary>
    public TimeSpan? maxWait { get; set; }

    /// <summary>What to do when no slot of the rate limit is free.</summary>
    public SonoranRateLimit? rateLimit { get; set; }

    /// <inheritdoc cref="timeout"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public TimeSpan? Timeout
    {
        get => timeout;
        set => timeout = value;
    }

    /// <inheritdoc cref="deadline"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public TimeSpan? Deadline
    {
        get => deadline;
        set => deadline = value;
    }

    /// <inheritdoc cref="retries"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public int? Retries
    {
        get => retries;
        set => retries = value;
    }

    /// <inheritdoc cref="maxWait"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public TimeSpan? MaxWait
    {
        get => maxWait;
        set => maxWait = value;
    }

    /// <inheritdoc cref="rateLimit"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public SonoranRateLimit? RateLimit
    {
        get => rateLimit;
        set => rateLimit = value;
    }

    /// <summary>What is set.</summary>
    public override string ToString() =>
        $"SonoranCallOptions {{ timeout = {timeout}, deadline = {deadline}, retries = {retries}, maxWait = {maxWait}, rateLimit = {rateLimit} }}";
}
