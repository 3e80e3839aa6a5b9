import { runOf, perform, shrink, inTorture } from '../test/torture/run';
async function main(){
 const [from=1,runs=100,len=60]=process.argv.slice(2).map(Number);
 await inTorture(async()=>{
  const t=Date.now(); const by=new Map<string,any[]>();
  for(let seed=from;seed<from+runs;seed++){ const run=runOf(seed,len); const v=await perform(run); if(v&&!(process.env.SKIP??"").split(",").includes(v.invariant)){ const l=by.get(v.invariant)??[]; l.push({run,violation:v}); by.set(v.invariant,l);} }
  const ms=Date.now()-t; console.log(`${runs} runs, ${runs*len} commands, ${ms} ms, ${Math.round(runs*len/ms*1000)}/s`);
  for(const [k,l] of by){ console.log(k,l.length); 
   const kinds=new Map<string,any>(); for(const f of l){const key=f.violation.message.replace(/\d+/g,'#').replace(/alpha|beta|gamma/g,'S'); const c=kinds.get(key); if(c)c.n++; else kinds.set(key,{n:1,f});}
   for(const [key,{n,f}] of [...kinds].sort((a,b)=>b[1].n-a[1].n).slice(0,6)) console.log('   ',n,f.run.seed,f.violation.message);
   const s=await shrink(l[0]); console.log('  shrunk seed',s.run.seed,s.violation.message,JSON.stringify(s.run.setup)); for(const c of s.run.commands) console.log('    ',JSON.stringify(c)); }
 });
}
process.on('unhandledRejection',(e,p)=>{console.log('UNHANDLED',(e as Error).stack)});main().catch(e=>{console.error(e);process.exit(1)});
