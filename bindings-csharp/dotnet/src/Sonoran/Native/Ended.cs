using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>An end as Rust tells it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Ended
{
    // Rust writes them, of which the first is its own.
#pragma warning disable CS0649, CS0169, IDE0051, CA1823
    private readonly IntPtr _hear;
    private readonly ulong _of;
    private readonly sbyte _code;
    private readonly RustBuffer _result;
    private readonly RustBuffer _data;
#pragma warning restore CS0649, CS0169, IDE0051, CA1823

    /// <summary>What the thing that ended is known by.</summary>
    internal ulong Of => _of;

    /// <summary>How it ended, as a code of a status.</summary>
    internal sbyte Code => _code;

    /// <summary>Its result or error, for whoever hears it to give back.</summary>
    internal RustBuffer Result => _result;

    /// <summary>The data of an answer, likewise.</summary>
    internal RustBuffer Data => _data;

    /// <summary>Hears one.</summary>
    internal delegate void Hearer(in Ended end);

    /// <summary>Hears what one is known by, and the bytes that it brought, which are there until this returns.</summary>
    internal delegate void BytesHearer(ulong of, ReadOnlySpan<byte> written);

    /// <summary>Has each of those heard that a function was called with.</summary>
    // Sound: Rust keeps so many there until the function returns. No span: that of .NET Framework and Mono holds nothing that
    // has pointers.
    internal static unsafe void Each(Ended* first, UIntPtr count, Hearer hear)
    {
        for (var at = 0UL; at < (ulong)count; at++)
        {
            hear(in first[at]);
        }
    }

    /// <summary>Has the bytes of its result heard, and gives their memory back.</summary>
    internal void Tell(BytesHearer hear)
    {
        var written = _result;
        try
        {
            hear(_of, written.Bytes);
        }
        finally
        {
            written.Free();
        }
    }
}
