using System;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>A response as the core answers it.</summary>
internal sealed class Envelope
{
    private SonoranFailure? _error;

    /// <summary>The method's name, which the caller knows.</summary>
    internal string Operation { get; set; } = "";

    /// <summary>Whether the client throws where an answer is not as it should be.</summary>
    internal bool Throws { get; set; }

    internal bool Success { get; set; }

    internal int? Status { get; set; }

    internal JsonElement? Data { get; set; }

    internal string? Reason { get; set; }

    /// <summary>The service's meta as JSON, which few ask for.</summary>
    internal byte[]? MetaText { get; set; }

    internal JsonElement? Meta => MetaText is { } text ? AnswerReader.Element(text) : null;

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

    /// <summary>The answer where the native library itself failed.</summary>
    internal static Envelope Fault(string operation, string reason) => new()
    {
        Reason = reason,
        Error = new SonoranFailure { kind = SonoranErrorKind.Internal, operation = operation },
    };
}
