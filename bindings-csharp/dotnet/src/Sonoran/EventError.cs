using System;

namespace Sonoran;

/// <summary>Why a body is not taken for an event. No part of the body or of a key is in it.</summary>
public sealed class EventError : Exception
{
    internal EventError(EventErrorKind kind, string reason, int status)
        : base(reason)
    {
        Kind = kind;
        Status = status;
    }

    /// <summary>What the refusal is about.</summary>
    public EventErrorKind Kind { get; }

    /// <summary>A plain sentence that says what is wrong; also the exception's message.</summary>
    public string Reason => Message;

    /// <summary>The HTTP status to answer with: 401, 413 or 400.</summary>
    public int Status { get; }
}
