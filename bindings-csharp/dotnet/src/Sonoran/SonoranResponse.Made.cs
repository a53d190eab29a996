using System;
using Sonoran.Json;
using Sonoran.Types;

namespace Sonoran;

// What a fake answers, where a test stands in for the service.
public partial class SonoranResponse
{
    /// <summary>The response to a call that succeeded, for fakes.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="value">The data; <see cref="NoContent.Instance"/> where an operation answers none.</param>
    /// <param name="status">The HTTP status; 200, or 204 where there are no data.</param>
    /// <param name="requestId">The service's id of the request.</param>
    /// <returns>The response, whose <see cref="data"/> are the value as JSON.</returns>
    /// <exception cref="ArgumentNullException">The value is null: a success has data.</exception>
    /// <example>
    /// <code>
    /// var response = SonoranResponse.Success(new Account { accName = "ExampleUser" });
    /// </code>
    /// </example>
    public static SonoranResponse<T> Success<T>(T value, int? status = null, string? requestId = null)
    {
        if (value is null)
        {
            throw new ArgumentNullException(nameof(value));
        }

        var isEmpty = value is NoContent;
        var envelope = new Envelope
        {
            Success = true,
            Status = status ?? (isEmpty ? 204 : 200),
            Data = isEmpty ? null : Documented.Element(value),
            RequestId = requestId,
            Attempts = 1,
        };
        return new SonoranResponse<T>(envelope, value);
    }

    /// <summary>The response to a call that failed, for fakes.</summary>
    /// <typeparam name="T">The type that the data would have.</typeparam>
    /// <param name="kind">What the failure is about, one of <see cref="SonoranErrorKind"/>.</param>
    /// <param name="reason">A plain sentence that says why.</param>
    /// <param name="status">The HTTP status; null where no answer came.</param>
    /// <param name="retryAfter">How long to wait before the next try.</param>
    /// <param name="refusal">The documented refusal, one of <see cref="SonoranRefusal"/>.</param>
    /// <param name="problem">The service's problem document.</param>
    /// <param name="outcomeUnknown">Whether the request may have been carried out all the same.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ArgumentNullException">The kind is null.</exception>
    /// <example>
    /// <code>
    /// var response = SonoranResponse.Failure&lt;Account&gt;(SonoranErrorKind.NotFound, "No such account.", status: 404);
    /// </code>
    /// </example>
    public static SonoranResponse<T> Failure<T>(
        string kind,
        string? reason = null,
        int? status = null,
        TimeSpan? retryAfter = null,
        string? refusal = null,
        Problem? problem = null,
        bool outcomeUnknown = false)
    {
        var failure = new SonoranFailure
        {
            kind = kind ?? throw new ArgumentNullException(nameof(kind)),
            problem = problem,
            problemJson = problem is null ? null : Documented.Element(problem),
            retryAfter = retryAfter,
            refusal = refusal,
            outcomeUnknown = outcomeUnknown,
            attempts = 1,
        };
        return Of<T>(failure, reason ?? problem?.detail ?? $"The call failed: {kind}.", status, TimeSpan.Zero);
    }

    internal static SonoranResponse<T> Of<T>(SonoranFailure failure, string reason, int? status, TimeSpan waited) =>
        new(new Envelope
        {
            Operation = failure.operation,
            Reason = reason,
            Status = status,
            RequestId = failure.requestId,
            Attempts = failure.attempts,
            Waited = waited,
            Error = failure,
        }, static (System.Text.Json.JsonElement _, ref T _) => false);
}
