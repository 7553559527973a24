/** The page's only script: what a mark stands for, beside the pointer. The page is complete without it. */

/**
 * Marks have a `title`, which browsers show late and not at all on a touch. The script shows it at once in a box at the pointer; a
 * tap shows it too, and Escape hides it.
 */
export const hoverScript = `(()=>{
const tip=document.createElement("div");tip.className="tip";tip.hidden=true;tip.setAttribute("role","status");document.body.append(tip);
for(const title of document.querySelectorAll("figure svg title")){title.parentNode.dataset.title=title.textContent;title.remove()}
const show=(event)=>{
const mark=event.target instanceof Element?event.target.closest("[data-title]"):null;
tip.hidden=mark===null;if(mark===null)return;
tip.textContent=mark.dataset.title;
const box=tip.getBoundingClientRect(),room=document.documentElement.clientWidth;
tip.style.left=Math.max(4,Math.min(room-box.width-4,event.clientX+12))+"px";
tip.style.top=(event.clientY+box.height+24>innerHeight?event.clientY-box.height-10:event.clientY+16)+"px"};
document.addEventListener("pointermove",show);document.addEventListener("pointerdown",show);
document.addEventListener("keydown",(event)=>{if(event.key==="Escape")tip.hidden=true});
addEventListener("scroll",()=>{tip.hidden=true},{passive:true});
})()`;

/** What the page's policy lets run: this script and no other. A test compares it with the script. */
export const hoverDigest = "sha256-aARuG2j26Hd0rvL5jUqWZwj4M71Sa1D5t9IV8h/MhJc=";
