using System;

namespace Sonoran.Native;

/// <summary>An answer in the memory in which it came; whoever holds it gives it back with <see cref="Free"/>.</summary>
internal ref struct UnreadAnswer
{
    private readonly ReadOnlySpan<byte> _envelope;
    private ulong _knownBy;

    /// <summary>What Rust wrote of one: what it is known by, where it is, and how long.</summary>
    internal unsafe UnreadAnswer(ref RustReader reader)
    {
        _knownBy = reader.ReadNumber();
        var place = (void*)checked((UIntPtr)reader.ReadNumber());
        // Sound: Rust keeps so many bytes there until what they are known by is given back.
        _envelope = new ReadOnlySpan<byte>(place, checked((int)reader.ReadNumber()));
    }

    /// <summary>The answer as it came: text in UTF-8, which may yet be no JSON.</summary>
    internal readonly ReadOnlySpan<byte> Envelope => _envelope;

    /// <summary>The whole response as the core reads it, as JSON. There is no answer afterwards.</summary>
    internal byte[] Read()
    {
        var status = default(RustCallStatus);
        return NativeMethods.UnreadRead(Given(), ref status).Taken(ref status);
    }

    /// <summary>Gives the memory back to Rust. There is no answer afterwards.</summary>
    internal void Free()
    {
        if (_knownBy == 0)
        {
            return;
        }

        var status = default(RustCallStatus);
        NativeMethods.UnreadFree(Given(), ref status);
    }

    /// <summary>What it is known by, which is given away once.</summary>
    private ulong Given()
    {
        var knownBy = _knownBy;
        _knownBy = 0;
        return knownBy;
    }
}
