using System;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sonoran.Types;

namespace Sonoran;

/// <summary>A failed call as an exception, for those who ask for it: <see cref="SonoranClientOptions.throwErrors"/> or <c>unwrap()</c>.</summary>
public class SonoranError : Exception
{
    private readonly SonoranFailure _failure;

    internal SonoranError(SonoranResponse response)
        : this(response, response.reason ?? "the call failed", response.error ?? new SonoranFailure(), null)
    {
    }

    internal SonoranError(SonoranResponse? response, string reason, SonoranFailure failure, Exception? cause)
        : base(reason, cause)
    {
        _failure = failure;
        status = response?.status;
        waited = response?.waited ?? TimeSpan.Zero;
    }

    /// <summary>What the failure is about, one of <see cref="SonoranErrorKind"/>.</summary>
    public string kind => _failure.kind;

    /// <summary>The HTTP status, or null when no answer came.</summary>
    public int? status { get; }

    /// <summary>A plain sentence that says why; also the exception's message.</summary>
    public string reason => Message;

    /// <summary>The whole problem document, with its extensions, where the service sent one.</summary>
    public Problem? problem => _failure.problem;

    /// <inheritdoc cref="SonoranFailure.problemJson"/>
    public JsonElement? problemJson => _failure.problemJson;

    /// <summary>How long to wait before the next try, where that is known.</summary>
    public TimeSpan? retryAfter => _failure.retryAfter;

    /// <summary>How many requests were sent.</summary>
    public int attempts => _failure.attempts;

    /// <summary>The method's name.</summary>
    public string operation => _failure.operation;

    /// <summary>The service's id of the request, where it sent one.</summary>
    public string? requestId => _failure.requestId;

    /// <inheritdoc cref="SonoranFailure.traceId"/>
    public string? traceId => _failure.traceId;

    /// <inheritdoc cref="SonoranFailure.refusal"/>
    public string? refusal => _failure.refusal;

    /// <summary>How long the call waited for slots of its rate limit.</summary>
    public TimeSpan waited { get; }

    /// <summary>Whether the request may have been carried out although no answer came.</summary>
    public bool outcomeUnknown => _failure.outcomeUnknown;

    /// <inheritdoc cref="kind"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string Kind => kind;

    /// <inheritdoc cref="status"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public int? Status => status;

    /// <inheritdoc cref="reason"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string Reason => reason;

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

    /// <inheritdoc cref="waited"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public TimeSpan Waited => waited;

    /// <inheritdoc cref="outcomeUnknown"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public bool OutcomeUnknown => outcomeUnknown;

    /// <summary>As of any exception, with operation, status and request id behind the message.</summary>
    public override string ToString()
    {
        var text = base.ToString();
        var head = $"{GetType()}: {Message}";
        var told = $" [{operation}: {kind}, status {(object?)status ?? "none"}{SonoranFailure.Told("request", requestId)}]";
        return text.StartsWith(head, StringComparison.Ordinal) ? text.Insert(head.Length, told) : text + told;
    }

    /// <summary>The response that it was thrown for.</summary>
    internal SonoranResponse<T> Response<T>() => SonoranResponse.Of<T>(_failure, reason, status, waited);

    internal static SonoranError Of(SonoranResponse response) => response.error?.kind switch
    {
        SonoranErrorKind.api => new ApiError(response),
        SonoranErrorKind.auth => new AuthError(response),
        SonoranErrorKind.notFound => new NotFoundError(response),
        SonoranErrorKind.rateLimited => new RateLimitedError(response),
        SonoranErrorKind.unavailable => new UnavailableError(response),
        SonoranErrorKind.blocked => new BlockedError(response),
        SonoranErrorKind.timeout => new TimeoutError(response),
        SonoranErrorKind.connect => new ConnectError(response),
        SonoranErrorKind.dns => new DnsError(response),
        SonoranErrorKind.tls => new TlsError(response),
        SonoranErrorKind.invalidResponse => new InvalidResponseError(response),
        SonoranErrorKind.Internal => new InternalError(response),
        _ => new SonoranError(response),
    };
}
