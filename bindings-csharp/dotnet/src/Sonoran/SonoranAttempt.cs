using System;
using Sonoran.Native;

namespace Sonoran;

/// <summary>One request of a call, once its answer is there or it was lost; see <see cref="SonoranClientOptions.onAttempt"/>.</summary>
public sealed record SonoranAttempt
{
    internal SonoranAttempt(ReadOnlySpan<byte> written)
    {
        var reader = new RustReader(written);
        Operation = reader.ReadText();
        Method = reader.ReadText();
        Address = reader.ReadText();
        Path = reader.ReadText();
        Number = reader.ReadCount();
        Status = reader.ReadOptionalSmall();
        Kind = reader.ReadOptionalText();
        Reason = reader.ReadOptionalText();
        Elapsed = reader.ReadTime();
        Pause = reader.ReadOptionalTime();
        RequestId = reader.ReadOptionalText();
    }

    /// <summary>The method's name.</summary>
    public string Operation { get; }

    /// <summary>The verb of the request, such as <c>GET</c>.</summary>
    public string Method { get; }

    /// <summary>The address of the API.</summary>
    public string Address { get; }

    /// <summary>The operation's path below the address, with names for what differs between calls.</summary>
    public string Path { get; }

    /// <summary>Whether its call was called off while it was under way; such attempts are told to traces alone.</summary>
    internal bool IsCancelled => Status is null && Kind is null;

    /// <summary>Which attempt of its call it was; the first is 1.</summary>
    public int Number { get; }

    /// <summary>The HTTP status of the answer; null where it was lost.</summary>
    public int? Status { get; }

    /// <summary>What a lost attempt failed of, one of <see cref="SonoranErrorKind"/>; null where an answer came, whatever it says.</summary>
    public string? Kind { get; }

    /// <summary>The same as a plain sentence.</summary>
    public string? Reason { get; }

    /// <summary>How long it took from sending the request to the end of the answer, or its loss.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>How long the call pauses before its next attempt, which may have to wait for a slot besides; null where this one was the last.</summary>
    public TimeSpan? Pause { get; }

    /// <summary>The service's id of the request, where it sent one.</summary>
    public string? RequestId { get; }
}
