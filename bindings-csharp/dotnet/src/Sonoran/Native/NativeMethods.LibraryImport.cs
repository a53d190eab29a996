using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

// .NET 8 and later: the marshalling code is written when compiling, so that it can be trimmed and compiled ahead.
/// <summary>The native library's functions, as UniFFI 0.32 exports them.</summary>
internal static partial class NativeMethods
{
    private const string Library = Platform.Library;

    /// <summary>The version of UniFFI's conventions that the library follows.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_uniffi_contract_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial uint ContractVersion();

    /// <summary>Changes when the constructor's signature does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_constructor_client_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumConstructor();

    /// <summary>Changes when the signature of <c>execute</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_execute")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumExecute();

    /// <summary>Changes when the signature of <c>close</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumClose();

    /// <summary>Changes when the signature of <c>rate_limit</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_rate_limit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumRateLimit();

    /// <summary>Changes when the signature of <c>next_wait</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_next_wait")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumNextWait();

    /// <summary>Changes when the signature of <c>parse_event</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_func_parse_event")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumParseEvent();

    /// <summary>A buffer of so many zeros.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_rustbuffer_alloc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer BufferAllocate(ulong length, ref RustCallStatus status);

    /// <summary>Takes a buffer back.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_rustbuffer_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void BufferFree(RustBuffer buffer, ref RustCallStatus status);

    /// <summary>A new client; consumes the options and the environment.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_constructor_client_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong ClientNew(RustBuffer options, RustBuffer environment, sbyte tellsWaits, ulong hearsAttempts, ref RustCallStatus status);

    /// <summary>One more handle to the same client.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_clone_client")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong ClientClone(ClientHandle client, ref RustCallStatus status);

    /// <summary>Gives one handle back.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_free_client")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void ClientFree(ulong client, ref RustCallStatus status);

    /// <summary>Starts a call; consumes the handle and the arguments.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_execute")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong ClientExecute(ulong client, RustBuffer operation, RustBuffer arguments, RustBuffer payload, RustBuffer options, RustBuffer traced);

    /// <summary>Ends the calls under way and refuses later ones; consumes the handle.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void ClientClose(ulong client, ref RustCallStatus status);

    /// <summary>The rate limit of an operation; consumes the handle and the name.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_rate_limit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer ClientRateLimit(ulong client, RustBuffer operation, ref RustCallStatus status);

    /// <summary>Starts to wait for the next call that waits; consumes the handle.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_next_wait")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong ClientNextWait(ulong client);

    /// <summary>The event in a body, or the refusal, as JSON; consumes the keys.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_func_parse_event")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer ParseEvent(ForeignBytes body, RustBuffer keys, ref RustCallStatus status);

    /// <summary>Moves a future on; the callback is invoked exactly once, on any thread, possibly before this returns.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_rust_future_poll_rust_buffer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void FuturePoll(FutureHandle future, IntPtr callback, ulong data);

    /// <summary>Makes a pending or later poll report that the future is ready.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_rust_future_cancel_rust_buffer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void FutureCancel(FutureHandle future);

    /// <summary>The result of a future that is ready.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_rust_future_complete_rust_buffer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer FutureComplete(FutureHandle future, ref RustCallStatus status);

    /// <summary>Drops a future and all it holds.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_rust_future_free_rust_buffer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void FutureFree(ulong future);
}
