using System;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sonoran.Types;

namespace Sonoran;

/// <summary>The particulars of a failed call.</summary>
public sealed class SonoranFailure
{
    /// <summary>What the failure is about, one of <see cref="SonoranErrorKind"/>.</summary>
    public string kind { get; internal set; } = SonoranErrorKind.Internal;

    /// <summary>The whole problem document, with its extensions, where the service sent one.</summary>
    public Problem? problem { get; internal set; }

    /// <summary>The same as it came, as JSON.</summary>
    public JsonElement? problemJson { get; internal set; }

    /// <summary>How long to wait before the next try, where that is known.</summary>
    public TimeSpan? retryAfter { get; internal set; }

    /// <summary>How many requests were sent.</summary>
    public int attempts { get; internal set; }

    /// <summary>The method's name.</summary>
    public string operation { get; internal set; } = "";

    /// <summary>The service's id of the request, where it sent one.</summary>
    public string? requestId { get; internal set; }

    /// <summary>The service's own trace of the request, which its support asks for, where it sent one.</summary>
    public string? traceId { get; internal set; }

    /// <summary>The documented refusal, one of <see cref="SonoranRefusal"/>, where the service refused with its words. Null in an outage.</summary>
    public string? refusal { get; internal set; }

    /// <summary>Whether the request may have been carried out although no answer came.</summary>
    public bool outcomeUnknown { get; internal set; }

    /// <inheritdoc cref="kind"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string Kind => kind;

    /// <inheritdoc cref="problem"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public Problem? Problem => problem;

    /// <inheritdoc cref="problemJson"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public JsonElement? ProblemJson => problemJson;

    /// <inheritdoc cref="retryAfter"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public TimeSpan? RetryAfter => retryAfter;

    /// <inheritdoc cref="attempts"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public int Attempts => attempts;

    /// <inheritdoc cref="operation"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string Operation => operation;

    /// <inheritdoc cref="requestId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? RequestId => requestId;

    /// <inheritdoc cref="traceId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? TraceId => traceId;

    /// <inheritdoc cref="refusal"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? Refusal => refusal;

    /// <inheritdoc cref="outcomeUnknown"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public bool OutcomeUnknown => outcomeUnknown;

    /// <summary>The response's reason, for the text.</summary>
    internal string? Reason { get; set; }

    /// <summary>Operation, kind, request id and reason.</summary>
    public override string ToString() => $"{operation}: {kind}{Told("refusal", refusal)}{Told("request", requestId)}{(Reason is null ? "" : $": {Reason}")}";

    /// <summary>A particular that may not be there.</summary>
    internal static string Told(string name, string? value) => value is null ? "" : $", {name} {value}";
}
