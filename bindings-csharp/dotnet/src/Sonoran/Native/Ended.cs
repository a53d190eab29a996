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
}
